// The part of a recipe's script that reads a Bash call: words and commands in POSIX awk, not texts that look alike.

/**
 * `read_shell(text)`: fills `words[command, k]`, `word_count[command]`, `kind_of[command, k]` (`w`, `>` written, `<` read, `fd`) and
 * `is_glob[command, k]`. A part that only running tells is \001 in its word; what is not understood sets `unread`. Substitutions,
 * subshells, here-documents for a shell, `bash -c` and `eval` are commands like others; code of other languages is not read.
 */
export const SHELL_IN_AWK = String.raw`
function end_word(   k) {
  if (!in_word) return
  in_word = 0
  if (pending == "doc") { delimiter[++documents] = word; of_command[documents] = command; pending = "w"; return }
  k = ++word_count[command]
  words[command, k] = word
  is_glob[command, k] = glob
  kind_of[command, k] = (pending == "&") ? ((word ~ /^[0-9-]+$/) ? "fd" : ">") : pending
  pending = "w"
}
function end_command() {
  end_word()
  pending = "w"
  if (word_count[command] > 0) command = ++commands
}
function push(kind) {
  if (++stack > 64) { unread = 1; stack = 64; return }
  kept_kind[stack] = kind
  kept_word[stack] = word
  kept_in[stack] = in_word
  kept_quote[stack] = quote
  kept_pending[stack] = pending
  kept_glob[stack] = glob
  kept_command[stack] = command
  in_word = 0
  quote = ""
  pending = "w"
  command = ++commands
}
function pop() {
  end_command()
  command = kept_command[stack]
  quote = kept_quote[stack]
  pending = kept_pending[stack]
  glob = kept_glob[stack]
  in_word = kept_in[stack]
  word = kept_word[stack]
  if (kept_kind[stack] == "(") { end_command(); if (word_count[command] > 0) command = ++commands }
  else { if (!in_word) { word = ""; glob = 0 } in_word = 1; word = word "\001" }
  stack--
}
function put(s) {
  if (!in_word) { in_word = 1; word = ""; glob = 0 }
  word = word s
}
function skip_documents(s, j,   d, line, cut, body) {
  for (d = 1; d <= documents; d++) {
    body = ""
    while (j <= length(s)) {
      cut = index(substr(s, j), "\n")
      line = cut ? substr(s, j, cut - 1) : substr(s, j)
      j = cut ? j + cut : length(s) + 1
      sub(/^\t+/, "", line)
      if (line == delimiter[d]) break
      body = body line "\n"
    }
    bodies++
    body_text[bodies] = body
    body_of[bodies] = of_command[d]
  }
  documents = 0
  return j
}
function read_shell(s,   n, j, c, two, m) {
  n = length(s)
  if (n > 65536) { unread = 1; return }
  command = ++commands
  in_word = stack = documents = 0
  quote = ""
  pending = "w"
  for (j = 1; j <= n; j++) {
    c = substr(s, j, 1)
    two = substr(s, j, 2)
    if (quote == "\047") {
      if (c == "\047") quote = ""
      else word = word c
      continue
    }
    if (c == "\\") {
      j++
      c = substr(s, j, 1)
      if (c == "\n") continue
      put((quote == "\"" && index("$\140\"\\", c) == 0) ? "\\" c : c)
      continue
    }
    if (two == "$(" || c == "\140") {
      if (c == "\140" && stack > 0 && kept_kind[stack] == "\140") { pop(); continue }
      push(c == "\140" ? c : "$(")
      if (c != "\140") j++
      continue
    }
    if (two == ("$" "{")) {
      m = index(substr(s, j), "}")
      if (!m || substr(s, j, m) ~ /\$\(|\140/) unread = 1
      put("\001")
      j += (m ? m : n) - 1
      continue
    }
    if (two == "$\047" && quote == "") {
      put("\001")
      for (j += 2; j <= n && substr(s, j, 1) != "\047"; j++) if (substr(s, j, 1) == "\\") j++
      continue
    }
    if (c == "$" && substr(s, j + 1, 1) ~ /[A-Za-z_0-9@*#?!$-]/) {
      put("\001")
      j++
      if (substr(s, j, 1) ~ /[A-Za-z_]/) while (substr(s, j + 1, 1) ~ /[A-Za-z_0-9]/) j++
      continue
    }
    if (quote == "\"") {
      if (c == "\"") quote = ""
      else word = word c
      continue
    }
    if (c == "\047" || c == "\"") { put(""); quote = c; continue }
    if (c == " " || c == "\t" || c == "\r") { end_word(); continue }
    if (c == "#" && !in_word) {
      while (j < n && substr(s, j + 1, 1) != "\n") j++
      continue
    }
    if (c == "\n") { end_command(); if (documents) j = skip_documents(s, j + 1) - 1; continue }
    if (two == "<(" || two == ">(") { push("$("); j++; continue }
    if (two == "&>") { end_word(); pending = ">"; j++; if (substr(s, j + 1, 1) == ">") j++; continue }
    if (c == "<" || c == ">") {
      if (in_word && word ~ /^[0-9]+$/) in_word = 0
      end_word()
      pending = c
      if (substr(s, j, 3) == "<<<") { pending = "w"; j += 2 }
      else if (two == "<<") { pending = "doc"; j++; if (substr(s, j + 1, 1) == "-") j++ }
      else if (two == ">&" || two == "<&") { pending = "&"; j++ }
      else if (two == ">>" || two == ">|" || two == "<>") { pending = ">"; j++ }
      continue
    }
    if (c == "(") { end_command(); push("("); continue }
    if (c == ")") {
      if (stack > 0 && kept_kind[stack] != "\140") pop()
      else end_command()
      continue
    }
    if (c == ";" || c == "&" || c == "|") { end_command(); continue }
    put(c)
    if (c == "*" || c == "?" || c == "[" || c == "{") glob = 1
  }
  if (quote != "" || stack > 0) unread = 1
  while (stack > 0) pop()
  end_command()
}
function base_of(w) {
  sub(/^.*\//, "", w)
  sub(/\.exe$/, "", w)
  return tolower(w)
}
function list(text, into,   n, i, parts) {
  n = split(text, parts, " ")
  for (i = 1; i <= n; i++) into[parts[i]] = 1
}
function read_commands(text,   i, from, first, b, next_body) {
  list("if then else elif do while until ! { } time fi done esac", reserved)
  list("sudo doas env command builtin exec nohup nice ionice timeout stdbuf setsid xargs busybox chronic caffeinate", wrapper)
  list("sh bash zsh dash ksh ash", shell)
  takes["sudo"] = "ugphCDRTr"; takes["doas"] = "uC"; takes["env"] = "uC"; takes["nice"] = "n"; takes["ionice"] = "cnp"
  takes["timeout"] = "ks"; takes["stdbuf"] = "ioe"; takes["xargs"] = "InPLdEas"; takes["exec"] = "a"
  commands = bodies = unread = 0
  read_shell(text)
  from = 1
  while (from <= commands || next_body < bodies) {
    for (; from <= commands; from++) {
      if (commands > 2000) { unread = 1; return }
      first_word[from] = program_at(from)
      first = first_word[from]
      b = base_of(words[from, first])
      if (b in shell) code_of_shell(from, first)
      if (b == "eval") { text = ""; for (i = first + 1; i <= word_count[from]; i++) text = text " " words[from, i]; code(text) }
    }
    while (next_body < bodies) {
      b = body_of[++next_body]
      if (base_of(words[b, first_word[b] ? first_word[b] : 1]) in shell) code(body_text[next_body])
    }
  }
}
function code(text) {
  if (++codes > 32) { unread = 1; return }
  if (index(text, "\001")) unread = 1
  read_shell(text)
}
function code_of_shell(c, first,   i, w) {
  for (i = first + 1; i <= word_count[c]; i++) {
    w = words[c, i]
    if (w ~ /^-[a-zA-Z]*c[a-zA-Z]*$/) { code(words[c, i + 1]); return }
    if (w !~ /^[-+]/) return
  }
}
function program_at(c,   i, w, b, n, prog) {
  n = word_count[c]
  for (i = 1; i <= n; i++) {
    if (kind_of[c, i] != "w") continue
    w = words[c, i]
    if (w ~ /^[A-Za-z_][A-Za-z_0-9]*\+?=/ || w in reserved) continue
    b = base_of(w)
    if (!(b in wrapper)) return i
    prog = b
    for (i++; i <= n && words[c, i] ~ /^-/; i++) {
      if (words[c, i] == "--") { i++; break }
      if (prog == "env" && words[c, i] ~ /^(-S|--split-string)/) { unread = 1; continue }
      if (length(words[c, i]) == 2 && index(takes[prog], substr(words[c, i], 2, 1))) i++
    }
    if (prog == "timeout") i++
    i--
  }
  return 0
}
`;
