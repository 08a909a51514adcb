# Judges lines "a TAB b TAB order" from standard input with dpkg's own module.
use strict;
use warnings;
use Dpkg::Version;

my ($lines, $wrong) = (0, 0);
while (my $line = <STDIN>) {
    chomp $line;
    my ($x, $y, $order) = split /\t/, $line;
    next if $line =~ /\d{16}/; # Perl compares these as floating point; dpkg itself does not
    my $dpkg = version_compare($x, $y);
    $lines++;
    next if $dpkg == $order;
    $wrong++;
    print "$x\t$y\tplimsoll $order\tdpkg $dpkg\n" if $wrong <= 20;
}
print "$lines pairs, $wrong differ\n";
exit($wrong || !$lines ? 1 : 0);
