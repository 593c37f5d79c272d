// The part of a recipe's script that judges: rules of programs, commands, paths, tools and contents, the strictest wins.

/** `judge()`: holds the call against `rule[..]` and leaves `verdict` and `because`. */
export const JUDGING_IN_AWK = String.raw`
function say(v, number) {
  if (verdict == "deny" || (verdict == "ask" && v != "deny")) return
  verdict = v
  because = reason[number]
}
function escaped(s) {
  gsub(/[][\\.^$+(){}|]/, "\\\\&", s)
  return s
}
function pattern(glob,   s) {
  s = escaped(tolower(glob))
  gsub(/\*\*/, "\002", s)
  gsub(/\*/, "[^/]*", s)
  gsub(/\?/, "[^/]", s)
  gsub(/\002/, ".*", s)
  return "(^|/)" s "(/.*)?$"
}
function fits_path(number, path,   p, parts, n, i) {
  p = tolower(path)
  gsub(/\/\/+/, "/", p)
  while (match(p, /\/\.\//)) p = substr(p, 1, RSTART) substr(p, RSTART + 3)
  n = split(except[number], parts, " ")
  for (i = 1; i <= n; i++) if (p ~ pattern(parts[i])) return 0
  if (rule_kind[number] == "path") return p ~ compiled[number]
  p = path
  while (match(p, /[a-z][A-Z]/)) p = substr(p, 1, RSTART) "-" substr(p, RSTART + 1)
  return tolower(p) ~ ("(^|[^a-z])" escaped(rule_text[number]) "([^a-z]|$)")
}
function glob_fits(number, w,   example, s, bare) {
  if (rule_kind[number] != "path") return 0
  bare = w
  gsub(/[][*?{}\/,]/, "", bare)
  if (length(bare) < 2) return 0
  example = tolower(rule_text[number])
  gsub(/\*/, "x", example)
  s = escaped(tolower(base_of(w)))
  gsub(/\*/, ".*", s)
  gsub(/\?/, ".", s)
  return example ~ ("^" s "$")
}
function path_seen(path, written, globbed,   r) {
  if (path == "" || index(path, "\n")) return
  for (r = 1; r <= rules; r++) {
    if (rule_kind[r] != "path" && rule_kind[r] != "pathword") continue
    if (access[r] == "write" && !written) continue
    if (fits_path(r, path)) say(rule_verdict[r], r)
    else if (globbed && glob_fits(r, path)) say("ask", r)
  }
}
function loopback_only(c, first,   i, w, seen) {
  for (i = first + 1; i <= word_count[c]; i++) {
    if (kind_of[c, i] != "w") continue
    w = words[c, i]
    if (w ~ /^-[sSfvILkig]+$/ || w ~ /^--(silent|show-error|fail|verbose|head|location|include)$/) continue
    if (w !~ /^(https?:\/\/)?(localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])(:[0-9]+)?([\/?#][^@]*)?$/) return 0
    seen = 1
  }
  return seen
}
function has_words(c, first, text,   parts, n, k, i, w) {
  n = split(text, parts, " ")
  if (base_of(words[c, first]) != parts[1]) return 0
  k = 2
  for (i = first + 1; i <= word_count[c] && k <= n; i++) {
    if (kind_of[c, i] != "w") continue
    w = words[c, i]
    if (w == parts[k]) { k++; continue }
    if (w ~ /^-/) continue
    if (k == 2 && words[c, i - 1] ~ /^-/) continue
    return 0
  }
  return k > n
}
function writes_arguments(c, first,   b, i, w) {
  b = base_of(words[c, first])
  if (b in writer) return 1
  for (i = first + 1; i <= word_count[c]; i++) {
    w = words[c, i]
    if ((b == "sed" || b == "perl") && w ~ /^(-[a-zA-Z]*i|--in-place)/) return 1
    if (b == "git" && w ~ /^(checkout|restore|apply|mv|rm|am|stash)$/) return 1
  }
  return 0
}
function command_seen(c,   first, i, w, r, writing) {
  first = first_word[c]
  writing = first ? writes_arguments(c, first) : 0
  for (i = 1; i <= word_count[c]; i++) {
    w = words[c, i]
    sub(/^(-[A-Za-z-]+|[a-z]+)=/, "", w)
    if (kind_of[c, i] == ">") path_seen(w, 1, is_glob[c, i])
    else if (kind_of[c, i] != "fd" && i != first) path_seen(w, writing, is_glob[c, i])
  }
  if (!first) return
  w = words[c, first]
  if (index(w, "\001") || is_glob[c, first]) unread = 1
  for (r = 1; r <= rules; r++) {
    if (rule_kind[r] == "program" && base_of(w) == rule_text[r] && !(loopback[r] && loopback_only(c, first))) say(rule_verdict[r], r)
    if (rule_kind[r] == "command" && has_words(c, first, rule_text[r])) say(rule_verdict[r], r)
  }
}
function text_seen(text,   r) {
  for (r = 1; r <= rules; r++) if (rule_kind[r] == "content" && holds(rule_text[r], text)) say(rule_verdict[r], r)
}
function judge(   i, path, last, text, written, r, tool) {
  list("tee cp mv rm rmdir install ln dd truncate touch patch unlink shred chmod chown rsync", writer)
  tool = value("tool_name")
  for (r = 1; r <= rules; r++) {
    if (rule_kind[r] == "path") compiled[r] = pattern(rule_text[r])
    if (rule_kind[r] == "tool" && tool == rule_text[r]) say(rule_verdict[r], r)
    if (rule_kind[r] == "event") say(rule_verdict[r], r)
  }
  written = (tool ~ /^(Write|Edit|MultiEdit|NotebookEdit)$/ || tool ~ /^mcp__/)
  for (i = 1; i <= leaves; i++) {
    path = order[i]
    if (path !~ /^(tool_input|tool_response|prompt)/ || !is_string[path]) continue
    text = value(path)
    last = path
    sub(/^.*\./, "", last)
    text_seen(text)
    if (path !~ /^tool_input\./ || last ~ /^(content|new_string|old_string|new_source|command|prompt|description|query|url)$/) continue
    if (last == "pattern" && tool != "Glob") continue
    path_seen(text, written, tool == "Glob" || tool == "Grep")
  }
  if (tool == "Bash") {
    read_commands(value("tool_input.command"))
    for (i = 1; i <= commands; i++) if (word_count[i] > 0) command_seen(i)
    if (unread) for (r = 1; r <= rules; r++) if (rule_kind[r] == "unread") say(rule_verdict[r], r)
  }
}
`;

/** `holds(kind, text)` and `redact(text)`: shapes of secrets, patients' and personal data, without braces, which not every awk has. */
export const CONTENT_IN_AWK = String.raw`
function luhn(s,   i, n, d, sum) {
  gsub(/[^0-9]/, "", s)
  n = length(s)
  if (n < 13 || n > 19) return 0
  for (i = n; i > 0; i--) {
    d = substr(s, i, 1) + 0
    if ((n - i) % 2) { d *= 2; if (d > 9) d -= 9 }
    sum += d
  }
  return sum % 10 == 0
}
function each(text, expression, kind,   rest, found, next_place) {
  rest = text
  while (match(rest, expression)) {
    if (++tries > 5000) return 1
    found = substr(rest, RSTART, RLENGTH)
    next_place = RSTART + RLENGTH
    if (is_real(kind, found)) return 1
    rest = substr(rest, next_place)
  }
  return 0
}
function times(s, n,   out) {
  while (n-- > 0) out = out s
  return out
}
function is_real(kind, found,   s, v) {
  if (kind == "card") return luhn(found)
  if (kind == "ssn") {
    s = found
    gsub(/[^0-9]/, "", s)
    return substr(s, 1, 3) != "000" && substr(s, 1, 3) != "666" && substr(s, 1, 1) != "9" && substr(s, 4, 2) != "00" && substr(s, 6) != "0000"
  }
  if (kind == "assigned") {
    v = found
    sub(/^[^=:]*[=:][ \t]*["\047]?/, "", v)
    if (v ~ /^(\$|<|\{|%|xxx|your|change|example|process\.|os\.|env|null|true|false|none)/) return 0
    return length(v) >= 8 && v ~ /[0-9]/ && v ~ /[a-z]/ && v !~ /[()]/
  }
  return 1
}
function holds(kind, text,   low, d, social, e) {
  low = tolower(text)
  d = "[0-9]"
  e = "[ \t]*[:=#][ \t]*"
  social = "(^|[^0-9-])" times(d, 3) "-" d d "-" times(d, 4) "([^0-9-]|$)"
  if (kind == "secret") {
    if (text ~ /-----BEGIN [A-Z ]*PRIVATE KEY-----/) return 1
    if (each(text, "A[KS]IA" times("[0-9A-Z]", 16), "")) return 1
    if (each(text, "(gh[pousr]_|github_pat_|glpat-|sk-ant-|sk_live_|xox[abp]-|npm_)" times("[A-Za-z0-9_-]", 16), "")) return 1
    if (each(low, "[a-z][a-z0-9+.-]*://[^ /:@\"\047]+:[^ /:@\"\047$<{][^ /@\"\047]*@", "")) return 1
    return each(low, "(api[_-]?key|secret|passw(or)?d|token|credential)s?[\"\047]?[ \t]*[=:][ \t]*[\"\047]?[^ \t\"\047,;]+", "assigned")
  }
  if (each(text, social, "ssn")) return 1
  if (kind == "phi") {
    if (each(low, "(mrn|medical record( number)?|patient( id)?|health plan|member id)" e "[a-z0-9-]*" d d d d, "")) return 1
    if (each(low, "(date of birth|dob)" e "[0-9]+[-/.][0-9]+[-/.][0-9]+", "")) return 1
    return each(low, "(diagnosis|icd-?10)" e "[a-z][0-9][0-9a-z]", "")
  }
  if (each(text, times(times(d, 4) "[ -]?", 3) d d "*", "card")) return 1
  if (each(low, "[a-z0-9._%+-]+@[a-z0-9-]+([.][a-z0-9-]+)*[.][a-z][a-z]+", "")) return 1
  if (each(text, "[+]" d d "?[ .-]?[(]?" d d d "?[)]?[ .-]?" d d d "[ .-]?" d d d d, "")) return 1
  return each(low, "iban[ \t]*[:=]?[ \t]*[a-z][a-z]" d d " ?[a-z0-9][a-z0-9 ]+", "")
}
`;

/** `redact(text)` for records. */
export const REDACTION_IN_AWK = String.raw`
function redact(s,   out, m) {
  gsub(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "[redacted]", s)
  gsub(/A[KS]IA[0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z]+/, "[redacted]", s)
  gsub(/(gh[pousr]_|github_pat_|glpat-|sk-|sk_live_|xox[abp]-|npm_)[A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-]+/, "[redacted]", s)
  gsub(/:\/\/[^ \/@"\047]+@/, "://[redacted]@", s)
  gsub(/[Bb]earer +[^ "\047]+/, "bearer [redacted]", s)
  gsub(/[0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9]/, "[redacted]", s)
  gsub(/[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z.]+/, "[redacted]", s)
  out = ""
  while (match(s, /([Kk][Ee][Yy]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Aa][Ss][Ss][A-Za-z]*|[Tt][Oo][Kk][Ee][Nn]|[Cc]redentials?)["\047]?[ =:][ \t]*["\047]?[^ \t"\047,;]+/)) {
    m = substr(s, RSTART, RLENGTH)
    out = out substr(s, 1, RSTART - 1)
    s = substr(s, RSTART + RLENGTH)
    match(m, /["\047]?[ =:]/)
    out = out substr(m, 1, RSTART) "[redacted]"
  }
  return out s
}
function cut(s, most) {
  if (length(s) <= most) return s
  s = substr(s, 1, most)
  sub(/[\200-\377]+$/, "", s)
  return s "..."
}
`;
