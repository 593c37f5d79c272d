// The part of a recipe's script that reads the client's JSON: a strict reader in POSIX awk, which every system has.

/**
 * `read_json(text)`: fills `leaf[path]` (raw text between the quotes, or a literal), `is_string[path]` and `order[1..leaves]`, paths
 * joined with dots. Whatever is no JSON of one object ends the program with 2. WHY split at quotes: a payload of five megabytes
 * has to be read in a second, and a quote is always the edge of a text.
 */
export const JSON_IN_AWK = String.raw`
function fail(what) {
  if (!failed) print recipe ": " what > "/dev/stderr"
  failed = 1
  exit 2
}
function at_path(   place) {
  place = (holder[depth] == "[") ? count[depth] : name[depth]
  return (prefix[depth] == "") ? place : prefix[depth] "." place
}
function value_seen(raw, text_or_not,   path) {
  if (want != "value" && want != "first") fail("the input is not JSON")
  if (depth == 0) fail("the input is no JSON object")
  path = at_path()
  if (path in leaf) fail("a key of the input stands twice")
  leaf[path] = raw
  is_string[path] = text_or_not
  order[++leaves] = path
  want = "next"
}
function opened(kind,   path) {
  if (want != "value" && want != "first") fail("the input is not JSON")
  if (depth == 0 && kind != "{") fail("the input is no JSON object")
  path = (depth == 0) ? "" : at_path()
  if (++depth > 64) fail("the input is nested too deeply")
  prefix[depth] = path
  holder[depth] = kind
  count[depth] = 0
  want = (kind == "{") ? "key-first" : "first"
}
function closed(kind) {
  if (depth == 0 || holder[depth] != kind) fail("the input is not JSON")
  if (want != "next" && want != (kind == "{" ? "key-first" : "first")) fail("the input is not JSON")
  depth--
  want = (depth == 0) ? "end" : "next"
}
function structure(s,   j, c, n, word) {
  n = length(s)
  for (j = 1; j <= n; j++) {
    c = substr(s, j, 1)
    if (c == " " || c == "\n" || c == "\t" || c == "\r") continue
    if (c == "{" || c == "[") opened(c)
    else if (c == "}") closed("{")
    else if (c == "]") closed("[")
    else if (c == ":") {
      if (want != "colon") fail("the input is not JSON")
      want = "value"
    } else if (c == ",") {
      if (want != "next") fail("the input is not JSON")
      count[depth]++
      want = (holder[depth] == "{") ? "key" : "value"
    } else {
      if (!match(substr(s, j, 40), /^[-+.0-9A-Za-z]+/)) fail("the input is not JSON")
      word = substr(s, j, RLENGTH)
      if (word !~ /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)$/) fail("the input is not JSON")
      value_seen(word, 0)
      j += RLENGTH - 1
    }
  }
}
function string_seen(raw) {
  if (index(raw, "\n")) fail("the input is not JSON")
  if (want == "key" || want == "key-first") {
    name[depth] = plain(raw)
    gsub(/\./, "_", name[depth])
    want = "colon"
  } else value_seen(raw, 1)
}
function ends_open(s,   k, n) {
  n = length(s)
  for (k = n; k > 0 && substr(s, k, 1) == "\\"; k--) continue
  return (n - k) % 2
}
function read_json(text,   seg, n, i, whole, middle, piece) {
  n = split(text, seg, "\"")
  want = "value"
  depth = leaves = 0
  structure(seg[1])
  for (i = 2; i <= n; i += 2) {
    whole = middle = ""
    piece = seg[i]
    while (ends_open(seg[i])) {
      if (++i > n) fail("the input is not JSON")
      if (length(piece) > 512) { middle = middle piece; piece = "" }
      if (length(middle) > 32768) { whole = whole middle; middle = "" }
      piece = piece "\"" seg[i]
    }
    if (i >= n) fail("the input is not JSON")
    string_seen(whole middle piece)
    structure(seg[i + 1])
  }
  if (want != "end") fail("the input is not JSON")
}
function utf8(code) {
  if (code < 1) return "\357\277\275"
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}
function hex(s,   k, d, sum) {
  if (length(s) < 4) fail("the input is not JSON")
  s = tolower(s)
  for (k = 1; k <= 4; k++) {
    d = index("0123456789abcdef", substr(s, k, 1))
    if (!d) fail("the input is not JSON")
    sum = sum * 16 + d - 1
  }
  return sum
}
function plain(raw,   n, i, parts, c, code, low, out, middle, now) {
  if (!index(raw, "\\")) return raw
  n = split(raw, parts, /\\/)
  now = parts[1]
  for (i = 2; i <= n; i++) {
    if (length(now) > 512) { middle = middle now; now = "" }
    if (length(middle) > 32768) { out = out middle; middle = "" }
    c = substr(parts[i], 1, 1)
    if (c == "") { now = now "\\" parts[++i]; continue }
    if (c == "u") {
      code = hex(substr(parts[i], 2, 4))
      if (code >= 55296 && code < 56320 && parts[i + 1] ~ /^u[dD][c-fC-F]/ && length(parts[i]) == 5) {
        low = hex(substr(parts[++i], 2, 4))
        code = 65536 + (code - 55296) * 1024 + low - 56320
      } else if (code >= 55296 && code < 57344) code = 65533
      now = now utf8(code) substr(parts[i], 6)
      continue
    }
    if (c == "n") now = now "\n"
    else if (c == "t") now = now "\t"
    else if (c == "r") now = now "\r"
    else if (c == "b") now = now "\b"
    else if (c == "f") now = now "\f"
    else if (c == "/" || c == "\"") now = now c
    else fail("the input is not JSON")
    now = now substr(parts[i], 2)
  }
  return out middle now
}
function value(path) {
  return (path in leaf && is_string[path]) ? plain(leaf[path]) : ""
}
function json(s,   n, i, c, code, out) {
  gsub(/[\\"]/, "\\\\&", s)
  gsub(/\n/, "\\n", s)
  gsub(/\t/, "\\t", s)
  gsub(/\r/, "\\r", s)
  if (s !~ /[\001-\037\177]/) return "\"" s "\""
  for (i = 1; i < 32; i++) if (i != 9 && i != 10 && i != 13) {
    c = sprintf("%c", i)
    if (index(s, c)) { n = split(s, parts_of, c); out = parts_of[1]; for (code = 2; code <= n; code++) out = out sprintf("\\u%04x", i) parts_of[code]; s = out }
  }
  return "\"" s "\""
}
`;
