// The page and the summary of what was tried on each listener, and of what our commands told who has taken a port.
import { LISTENERS } from "../../scripts/checks/listeners.ts";
import { ATTEMPTS, type AttemptName } from "./attempts.ts";
import type { HostileRow } from "./hostile-text.ts";
import type { SenderRow } from "./strangers-port.ts";
import type { Row } from "./try-listener.ts";

/** Outcomes that must not be. */
const BAD: readonly Row["outcome"][] = ["held", "let in", "told", "starved", "unknown"];

/** Whether an attempt got somewhere. */
export const isBad = ({ outcome }: Row): boolean => BAD.includes(outcome);

/** One line. */
export function summary(rows: readonly Row[], senders: readonly SenderRow[]): string {
  const count = (...outcomes: readonly Row["outcome"][]) =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const connections = rows.reduce((sum, row) => sum + row.connections, 0);
  const leaks = senders.filter(({ told }) => told.length > 0).length;
  return `${new Set(rows.map(({ listener }) => listener)).size} listeners, ${rows.length} attempts in ${connections} connections: ${count("let in")} got in, ${count("starved", "held")} starved another or stayed, ${count("told")} were told a secret, ${count("unknown")} left no trace; ${senders.length} times a command met a stranger on a port of ours, ${leaks} told it a secret\n`;
}

/** The page. */
export function listenersPage(
  rows: readonly Row[],
  senders: readonly SenderRow[],
  outputs: readonly HostileRow[],
): string {
  const names = [...new Set(rows.map(({ listener }) => listener))];
  const attempts = Object.entries(ATTEMPTS) as [AttemptName, string][];
  const cell = (listener: string, attempt: Row["attempt"]): string => {
    const row = rows.find((one) => one.listener === listener && one.attempt === attempt);
    if (row === undefined) return "-";
    return isBad(row) ? `**${row.outcome}**` : row.outcome;
  };
  const bad = rows.filter(isBad);
  return `# Listeners
<!-- Written by \`npm run listeners -- --write\`. -->

Whatever of ours takes connections, who may come in there, and what another user of the machine, or a page in somebody's browser, got when it tried. Everything that was received is
searched for secrets as they are, in hex and in base64. ${summary(rows, senders).trimEnd()}.

## The list
The list is \`scripts/checks/listeners.ts\`; a test fails where something listens that it does not name.

| listener | opened in | who may come in |
|---|---|---|
${Object.entries(LISTENERS)
  .flatMap(([path, listeners]) =>
    listeners.map(
      ({ name, who }) => `| ${name} | \`${path.replace("src/surface/", "")}\` | ${who} |`,
    ),
  )
  .join("\n")}

## What was tried
${attempts.map(([name, words]) => `- **${name}**: ${words}.`).join("\n")}
- **record**: whether the person or the record is told of who was turned away.

*refused*: cut, or an answer that says no; where there were many, the owner was answered as before. *answered*: everybody is answered that, and no secret is in it. *held*: somebody stays for as long as they like. *starved*: the owner was not
answered as before. \`-\`: there is none of that here.

| | ${names.join(" | ")} |
|---|${names.map(() => "---|").join("")}
${[...attempts.map(([name]) => name), "record" as const]
  .map((attempt) => `| ${attempt} | ${names.map((name) => cell(name, attempt)).join(" | ")} |`)
  .join("\n")}
${bad.length === 0 ? "" : `\n${bad.map(({ listener, attempt, why }) => `- ${listener}, ${attempt}: ${why}`).join("\n")}\n`}
## A stranger on a port of ours
After a crash another user may have the port that a file of ours names. Each command ran against a program of another user there that says yes to everything in plain HTTP, one behind a
certificate of its own, and one that only listens. Bytes are those past a handshake.

| who of ours | behind | connections | bytes | told |
|---|---|---|---|---|
${senders
  .map(
    ({ sender, way, connections, bytes, told }) =>
      `| ${sender.startsWith("sallyport") ? `\`${sender}\`` : sender} | ${way} | ${connections} | ${bytes} | ${told.join(", ") || "nothing"} |`,
  )
  .join("\n")}

## Hostile text
What steers a terminal, makes an element of a page, a formula, a line of its own or a call to everybody in a chat stood in every field of hook events, of telemetry, of servers' entries and of
file names. It was looked for in what ${outputs.length} commands show: ${outputs.filter(({ faults }) => faults.length > 0).length} had it alive. What the dashboard shows is tried in \`test/dashboard/injection.test.ts\`, what messages say in \`test/surface/services/notify\`.

${outputs.map(({ words, faults }) => (faults.length === 0 ? `\`${words}\`` : `**\`${words}\`: ${faults.join(", ")}**`)).join(", ")}

## What this does not show
- Users are told apart on Linux alone. Elsewhere what serves its own user alone (gateway, egress proxy without \`--require-session\`, MCP server) answers every user of the machine.
- Two or more users together can fill the places that are nobody's own, at a collector, a witness and what listens for a phone or for answers.
- A program of another kind that is told to use the egress proxy sends its session's login to that port without a proof of who listens.
- Logins by a provider of OpenID Connect have one count a minute for everybody: nobody knows who asks before the provider has said so.
- A page that is loaded anew from a port which another user has taken is that user's page; what a person types there is theirs. The same is true of a proxy in front of what listens for phones, for a team and for answers: it is told to send to a port.
- Ports in a session's network and sockets of held calls are in places that no other user reaches; they have tests of their own.
`;
}
