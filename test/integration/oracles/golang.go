// Answers for test_versions.py: "compare TAB a TAB b".
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		left := "v" + strings.TrimPrefix(fields[1], "v")
		right := "v" + strings.TrimPrefix(fields[2], "v")
		if !semver.IsValid(left) || !semver.IsValid(right) {
			fmt.Fprintln(out, "invalid")
			continue
		}
		fmt.Fprintln(out, semver.Compare(left, right))
	}
}
