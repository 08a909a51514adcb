-- Judges lines "a TAB b TAB order" of the file named by PAIRS with rpm's own comparison.
local lines, wrong = 0, 0
for line in io.lines(os.getenv("PAIRS")) do
    local a, b, order = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local rpms = rpm.vercmp(a, b)
    lines = lines + 1
    if rpms ~= tonumber(order) then
        wrong = wrong + 1
        if wrong <= 20 then
            print(a .. "\t" .. b .. "\tplimsoll " .. order .. "\trpm " .. rpms)
        end
    end
end
print(lines .. " pairs, " .. wrong .. " differ")
