// The parts of a recipe's script that answer: a decision in the form of its event, or records for the shell to append.

const START = String.raw`
{
  text = text $0 "\n"
  if (length(text) > 16000000) fail("the input is larger than 16 MB")
}
function checked_event(   e) {
  e = value("hook_event_name")
  if (e == "" || index(" " ENVIRON["EVENTS"] " ", " " e " ") == 0) fail("the input is of an event that this script is not for")
  if (e ~ /Tool|Permission/) {
    if (value("tool_name") == "") fail("the input names no tool")
    if ("tool_input" in leaf) fail("the input of the tool is no object")
    if (value("tool_name") == "Bash" && !is_string["tool_input.command"]) fail("the command is no text")
  }
  return e
}
`;

/** Judges and prints the answer; nothing where no rule speaks, so that the client goes on as it would. */
export const ANSWERS_IN_AWK = String.raw`${START}
function read_rules(   n, i, lines, f) {
  n = split(ENVIRON["RULES"], lines, "\n")
  for (i = 1; i <= n; i++) {
    split(lines[i], f, "|")
    if (f[1] == "reason") { reason_text[f[2]] = f[3]; continue }
    rules++
    rule_verdict[rules] = f[1]
    rule_kind[rules] = f[2]
    rule_text[rules] = f[3]
    access[rules] = f[4]
    loopback[rules] = f[5] + 0
    except[rules] = f[6]
    reason[rules] = recipe ": " reason_text[f[7]] ((f[3] == "") ? "" : " (" f[3] ")")
  }
  if (!rules) fail("there are no rules")
}
function withheld(   tool, note) {
  tool = value("tool_name")
  note = json("[withheld by " because "]")
  if (tool == "Bash") return "{\"stdout\":" note ",\"stderr\":\"\",\"interrupted\":false,\"isImage\":false,\"noOutputExpected\":false}"
  if (tool == "Read") return "{\"type\":\"text\",\"file\":{\"filePath\":" json(value("tool_input.file_path")) ",\"content\":" note ",\"numLines\":1,\"startLine\":1,\"totalLines\":1}}"
  return ""
}
END {
  if (failed) exit 2
  read_rules()
  read_json(text)
  event = checked_event()
  judge()
  if (verdict == "") exit 0
  if (event == "PreToolUse")
    print "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"" verdict "\",\"permissionDecisionReason\":" json(because) "}}"
  else if (event == "PermissionRequest")
    print "{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"deny\",\"message\":" json(because) "}}}"
  else if (event == "PostToolUse") {
    replacement = withheld()
    if (replacement == "") print "{\"continue\":false,\"stopReason\":" json(because) "}"
    else print "{\"hookSpecificOutput\":{\"hookEventName\":\"PostToolUse\",\"updatedToolOutput\":" replacement "}}"
  } else print "{\"decision\":\"block\",\"reason\":" json(because) "}"
}
`;

/** Prints a file's name, a tab and one JSON object for each stream that wants the event. */
export const RECORDS_IN_AWK = String.raw`${START}
function input_text(   i, path, out) {
  for (i = 1; i <= leaves; i++) {
    path = order[i]
    if (path !~ /^tool_input\./) continue
    sub(/^tool_input\./, "", path)
    out = out (out == "" ? "" : " ") path "=" (is_string[order[i]] ? plain(leaf[order[i]]) : leaf[order[i]])
    if (length(out) > 2000) break
  }
  return cut(redact(out), 500)
}
function branch(   file, line) {
  file = value("cwd") "/.git/HEAD"
  if ((getline line < file) < 1) return ""
  close(file)
  sub(/^ref: refs\/heads\//, "", line)
  return line
}
function path_of() {
  if (value("tool_input.file_path") != "") return value("tool_input.file_path")
  if (value("tool_input.notebook_path") != "") return value("tool_input.notebook_path")
  return value("tool_input.path")
}
function mcp_part(which,   parts, rest) {
  if (value("tool_name") !~ /^mcp__/) return ""
  rest = substr(value("tool_name"), 6)
  split(rest, parts, "__")
  return which == 1 ? parts[1] : substr(rest, length(parts[1]) + 3)
}
function decision() {
  if (event == "PermissionRequest") return "asked"
  if (event == "PermissionDenied") return "denied"
  if (event == "PostToolUse") return "ran"
  if (event == "PostToolUseFailure") return "failed"
  return "called"
}
function field(f) {
  if (f == "ts" || f == "timestamp") return ENVIRON["NOW"]
  if (f == "user") return ENVIRON["WHO"]
  if (f == "repository") { f = value("cwd"); sub(/^.*\//, "", f); return f }
  if (f == "branch") return branch()
  if (f == "phase") return event ~ /^Post/ ? "post" : "pre"
  if (f == "tool") return value("tool_name")
  if (f == "mcp_server") return mcp_part(1)
  if (f == "mcp_tool") return mcp_part(2)
  if (f == "command") return cut(redact(value("tool_input.command")), 500)
  if (f == "path" || f == "file") return path_of()
  if (f == "input") return input_text()
  if (f == "action") return "file_modified"
  if (f == "decision") return decision()
  if (f == "reason") return cut(redact(value("error") value("reason")), 200)
  if (f == "policy_version") return version
  if (f == "approval_id") return value("tool_use_id") != "" ? value("tool_use_id") : value("prompt_id")
  return value(f)
}
END {
  if (failed) exit 2
  read_json(text)
  event = checked_event()
  n = split(ENVIRON["STREAMS"], streams, "\n")
  for (i = 1; i <= n; i++) {
    split(streams[i], part, "|")
    if (part[2] != "" && index(" " part[2] " ", " " value("tool_name") " ") == 0) continue
    m = split(part[3], fields, " ")
    record = ""
    for (k = 1; k <= m; k++) record = record (k > 1 ? "," : "") json(fields[k]) ":" json(field(fields[k]))
    print part[1] "\t{" record "}"
  }
}
`;
