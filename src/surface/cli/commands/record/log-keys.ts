// `sallyport log keys`: which keys signed the log and when they changed, for whoever checks a proof elsewhere.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { readKeyHistory } from "#record/log/key-history.ts";
import { readStatements } from "#record/log/stored-keys.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport log keys`. */
export const keysCommand = defineCommand({
  meta: {
    name: "keys",
    description: `the keys that sign the log, and the signed statements of each change

  sallyport log keys                          what they are and from which entry on
  sallyport log keys --out keys-of-the-log    for an auditor who holds any one of them:
  sallyport log verify --proof event.tlog-proof --key KEY --key-history keys-of-the-log`,
  },
  args: {
    out: { type: "string", valueHint: "FILE", description: "write the statements to a new file" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const { log, keys } = directoriesIn(args.data ?? dataDirectory());
    const verifier = await readVerifier(keys);
    if (verifier === undefined)
      throw new Failure("key-missing", `there is no verifier key in \`${keys}\``);
    const statements = await readStatements(openLogFiles(log));
    const reading = readKeyHistory(verifier, statements);
    if (reading.kind === "fault")
      throw new Failure(
        "log-damaged",
        `key statement ${reading.statement} does not hold: ${reading.why}; run \`sallyport log verify\``,
      );
    const { history } = reading;
    if (args.out !== undefined) {
      if (statements.length === 0)
        throw new Failure("usage", "the log never changed its key: the key alone is enough");
      await writeNewFile(args.out, statements.map((bytes) => Buffer.from(bytes)).join(""));
      return;
    }
    const changes = history.statements.map(({ what, size, key }) => ({
      what,
      size,
      key: key.text,
    }));
    if (args.json === true) await print(printableJson({ trusted: verifier.text, changes }));
    else {
      const lines = changes.map(
        ({ what, size, key }) =>
          `${what === "introduce" ? "signs from" : "retired at"} entry ${size}: ${printable(key)}`,
      );
      await print([`key of this store: ${printable(verifier.text)}`, ...lines].join("\n"));
    }
  },
});
