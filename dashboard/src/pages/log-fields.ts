// Fields of the log's filter language, for completion; the server says what is wrong with a filter.
import type { FilterWord } from "../parts/filter-words.ts";

const word = (name: string, about: string, values: readonly string[] = []): FilterWord => ({
  name,
  about,
  values,
});

export const LOG_FIELDS: readonly FilterWord[] = [
  word("kind", "kind of event", ["decision", "result", "batch", "session", "hook", "policy"]),
  word("verdict", "how a call was judged", ["deny", "ask", "abstain", "allow"]),
  word("tool", "the tool of a call", ["Bash", "Read", "Write", "Edit", "WebFetch", "mcp", "other"]),
  word("rule", "a rule that spoke"),
  word("effect", "kind of effect", [
    ...["read", "write", "delete", "egress", "execute", "history", "publish", "deploy"],
    ...["install", "privilege", "persist", "tamper", "unknown"],
  ]),
  word("scope", "where it goes", [
    ...["project", "home", "system", "temp", "own", "other", "unresolved"],
  ]),
  word("program", "a program that the command runs"),
  word("text", "words of the call"),
  word("host", "a host that the call contacts"),
  word("path", "a file or folder"),
  word("branch", "a branch or tag"),
  word("remote", "a remote"),
  word("package", "a package that would be installed"),
  word("mcp", "a server whose tool was called"),
  word("session", "a session"),
  word("agent", "a sub-agent"),
  word("call", "a call by its id"),
  word("user", "whose call it is"),
  word("class", "class of a call", [
    ...["read-only", "local-compute", "dependency", "external", "unclear"],
  ]),
  word("mode", "permission mode of the session"),
  word("policy", "policy that decided"),
  word("layer", "layer of that policy"),
  word("outcome", "how it ended", ["success", "failure", "blocked", "passed"]),
  word("what", "which event of its kind"),
  word("code", "code of a failure"),
  word("submitter", "who handed it in", ["hook", "operator", "daemon", "cli"]),
  word("detector", "a detector that found something"),
  word("content", "family and tier of what was found"),
  word("doubt", "what speaks against the event", ["unproven", "replayed", "other-project"]),
  word("exception", "an exception that it rests on"),
  word("chain", "a chain of calls that the call ends"),
  word("prompt", "whether it spared a question, added or left one", ["spared", "added", "left"]),
  word("enforced", "whether the verdict was enforced", ["true", "false"]),
  word("canary", "our own probes", ["true", "false"]),
  word("time", "a day, a time, a range, so long ago", ["1h", "24h", "7d", "30d"]),
  word("id", "id of the event"),
];
