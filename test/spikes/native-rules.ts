// Spike: the lists of test/client against the client's own permission rules; prints each entry that is not as listed.
import { bash, type ClientRun, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { whyMissing } from "../client/machine.ts";
import { toolUseId } from "../client/model-stub.ts";
import { plainCommands } from "../client/plain-commands.ts";
import { pushForms } from "../client/push-forms.ts";
import { readFormFiles, readFormMarker, readForms } from "../client/read-forms.ts";

/** One session with all commands of a list in order, as they were measured; `git` is a stub that prints its arguments. */
function runList(
  list: readonly { readonly command: string }[],
  permissions: object,
  files: ClientRunOptions["files"] = readFormFiles,
): Promise<ClientRun> {
  return runClient({
    turns: list.map(({ command }) => bash(command)),
    files,
    outsideFiles: { "f.txt": `SECRET=${readFormMarker}\n` },
    homeFiles: { "bin/git": { text: '#!/bin/sh\necho GIT "$@"\n', mode: 0o755 } },
    env: { PATH: "<home>/bin:/usr/local/bin:/usr/bin:/bin" },
    repository: true,
    settings: { project: { permissions } },
    timeoutMs: 120_000,
  });
}

function report(name: string, total: number, wrong: readonly string[]): void {
  console.log(`${name}: ${total - wrong.length} of ${total} as listed ${wrong.join(" | ")}`);
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) {
    console.log(`not run: ${reason}`);
    return;
  }
  const read = await runList(readForms, { allow: ["Bash", "Read"], deny: ["Read(.env)"] });
  const leaks = (at: number): boolean => read.leakedBy(toolUseId(at), readFormMarker) !== undefined;
  const wrongReads = readForms.filter((form, at) => leaks(at) !== form.leaksNatively);
  report(
    "read forms",
    readForms.length,
    wrongReads.map((form) => form.command),
  );

  const push = await runList(pushForms, { allow: ["Bash"], deny: ["Bash(git push:*)"] });
  const wrongPushes = pushForms.filter(
    (form, at) => push.wasDenied(toolUseId(at)) !== form.refusedNatively,
  );
  report(
    "push forms",
    pushForms.length,
    wrongPushes.map((form) => form.command),
  );

  const plain = await runList(plainCommands, {});
  const wrongPlain = plainCommands.filter(
    (entry, at) => plain.wasDenied(toolUseId(at)) === entry.runsNatively,
  );
  report(
    "plain commands",
    plainCommands.length,
    wrongPlain.map((entry) => entry.command),
  );
}

await main();
