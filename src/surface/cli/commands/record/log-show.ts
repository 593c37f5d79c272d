// `sallyport log show`: one event with its sealed fields, and its proof.
import { writeFile } from "node:fs/promises";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { entryJson, entryLine, textNote } from "../../../services/log/entry-text.ts";
import { findIndex } from "../../log/log-place.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport log show EVENT`. */
export const showCommand = defineCommand({
  meta: {
    name: "show",
    description:
      "One event with its sealed fields, and its proof. Example: sallyport log show 42 --proof event.tlog-proof",
  },
  args: {
    event: { type: "positional", required: true, description: "index in the log, or event id" },
    proof: {
      type: "string",
      valueHint: "FILE",
      description: "write a proof that the log holds this event",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const view = await openView(args.data);
    const index = await findIndex(view, args.event);
    for await (const entry of view.entries(index, index + 1)) {
      await print(args.json === true ? printableJson(entryJson(entry)) : pageOf(entry));
    }
    if (args.proof !== undefined)
      await writeFile(args.proof, await view.proof(index), { mode: 0o600 });
  },
});

function pageOf(entry: ViewedEntry): string {
  const { index, leaf, sealed, isForged } = entry;
  if (leaf.kind === "fault") return entryLine(entry);
  const clear = Object.entries(leaf.metadata).map(([name, value]) => fieldLine(name, value));
  const hidden =
    sealed === undefined
      ? []
      : Object.entries(sealed).map(([name, value]) => fieldLine(name, value));
  const note = textNote(entry);
  if (note !== undefined) hidden.push(`readable: (${note})`);
  const isHidden = leaf.sections.length > 0 && sealed === undefined;
  const missing = isForged ? "(forged: the key that it names does not open it)" : "(erased)";
  const heading = isHidden ? [`sealed: ${missing}`] : sealed === undefined ? [] : ["sealed:"];
  return [
    entryLine(entry),
    `index: ${index}`,
    `id: ${leaf.id}`,
    ...clear,
    ...heading,
    ...hidden.map((line) => `  ${line}`),
  ].join("\n");
}

function fieldLine(name: string, value: Json): string {
  return `${printable(name)}: ${typeof value === "string" ? printable(value) : printableJson(value)}`;
}
