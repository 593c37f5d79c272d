// `sallyport log prove`: a file that shows an auditor, without this machine, that the log holds an event or only grew.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { findIndex } from "../../log/log-place.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { readNoteFile } from "../../log/trust-files.ts";

/** `sallyport log prove`. */
export const proveCommand = defineCommand({
  meta: {
    name: "prove",
    description: `write a proof that the log holds an event, or that it only grew since a checkpoint

  sallyport log prove 42 --out event.tlog-proof       the event in it, what is sealed stays sealed
  sallyport log prove 42 --reveal                     and the keys of this event's sealed sections
  sallyport log prove --from checkpoint-of-march      nothing before it was changed since

\`sallyport log verify --proof FILE --key KEY\` checks it anywhere`,
  },
  args: {
    event: { type: "positional", required: false, description: "index in the log, or event id" },
    bare: { type: "boolean", description: "leave the event itself out: the auditor has it" },
    reveal: { type: "boolean", description: "also let the auditor read what is sealed in it" },
    from: { type: "string", valueHint: "FILE", description: "an earlier checkpoint of this log" },
    to: { type: "string", valueHint: "FILE", description: "a later one (default: the newest)" },
    out: { type: "string", valueHint: "FILE", description: "a new file, for you alone" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { event, from, to } = args;
    if ((event === undefined) === (from === undefined) || (to !== undefined && from === undefined))
      throw new Failure("usage", "name an event, or a checkpoint with `--from`");
    if (args.bare === true && args.reveal === true)
      throw new Failure("usage", "`--reveal` needs the event in the file: leave `--bare` out");
    const view = await openView(args.data);
    const text =
      from === undefined
        ? await view.proof(await findIndex(view, event ?? ""), {
            entry: args.bare !== true,
            reveal: args.reveal === true,
          })
        : await view.consistency(
            await readNoteFile(from),
            to === undefined ? undefined : await readNoteFile(to),
          );
    if (args.out !== undefined) {
      await writeNewFile(args.out, text);
      return tell(args, { outcome: "written", file: args.out });
    }
    await tell(args, { proof: text }, text.trimEnd());
  },
});
