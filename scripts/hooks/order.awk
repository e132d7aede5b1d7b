# Functions in another order, so that they compress better: awk -f order.awk DUMP, where DUMP is what wasm-dis prints, and so is what is printed.
# Those that take and give the same types, and have as many locals, stand side by side: their code names the same numbers.
{ line[NR] = $0 }
/^ \(func \$/ {
  first[++count] = NR
  types[count] = $0
  gsub(/\$[^ ()]*/, "", types[count])
  inside = 1
}
/^  \(local \$/ { locals[count]++ }
/^ \([a-z]/ && !/^ \(func \$/ { inside = 0 }
/^\)/ { inside = 0 }
inside { last[count] = NR; if (!begin) begin = first[count] }
END {
  sorted = "LC_ALL=C sort >order.sorted"
  for (at = 1; at <= count; at++) printf "%s|%05d|%07d|%d\n", types[at], locals[at], last[at] - first[at], at | sorted
  close(sorted)
  for (at = 1; at < begin; at++) print line[at]
  while ((getline < "order.sorted") > 0) {
    at = $0
    sub(/.*\|/, "", at)
    for (next_line = first[at + 0]; next_line <= last[at + 0]; next_line++) { print line[next_line]; is_printed[next_line] = 1 }
  }
  # What comes after the functions, or between them.
  for (at = begin; at <= NR; at++) if (!(at in is_printed)) print line[at]
}
