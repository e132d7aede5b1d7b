# Which functions are called by listed ones only: awk -f only_from.awk LIST DUMP
# LIST has a function a line, DUMP is what wasm-dis prints; so do the functions that are printed, a line each. A function that is
# exported, or in a table, may be called by anybody.
NR == FNR { is_listed[$0] = 1; next }
/^ \(func \$/ { caller = substr($2, 2); all[++count] = caller; next }
/^ \((elem|export|start) / {
  for (field = 2; field <= NF; field++)
    if (substr($field, 1, 1) == "$") { name = substr($field, 2); gsub(/\)+$/, "", name); reach(name) }
  next
}
/\((return_)?call \$|\(ref\.func \$/ {
  name = $0
  sub(/.*\((return_call|call|ref\.func) \$/, "", name)
  sub(/[ )].*/, "", name)
  calls[caller] = calls[caller] " " name
}
function reach(name) {
  if (!(name in is_reached) && !(name in is_listed)) { is_reached[name] = 1; waiting[++last] = name }
}
END {
  for (next_one = 1; next_one <= last; next_one++) {
    size = split(calls[waiting[next_one]], callees, " ")
    for (at = 1; at <= size; at++) reach(callees[at])
  }
  for (at = 1; at <= count; at++) if (!(all[at] in is_reached) && !(all[at] in is_listed)) print all[at]
}
