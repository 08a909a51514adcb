# Answers for test_versions.py: "compare TAB a TAB b".
answer <- function(fields) {
  # R's integers end at ten digits.
  if (any(grepl("[0-9]{10}", fields))) return("invalid")
  tryCatch(as.character(utils::compareVersion(fields[2], fields[3])), error = function(e) "invalid")
}

lines <- readLines(file("stdin"))
cat(vapply(strsplit(lines, "\t", fixed = TRUE), answer, ""), sep = "\n")
