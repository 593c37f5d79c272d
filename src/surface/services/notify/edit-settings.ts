// Adding and taking away a channel in `notify.yaml`: the new text, with every comment that a person wrote left as it is.
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { Failure } from "#base/failure.ts";
import { parseNotifySettings } from "./settings-file.ts";

/** What a person asks to be added: the settings of a channel, and which levels go there. */
export type AddedChannel = {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly levels: readonly string[];
};

/** The text with one more channel, and a rule for it where levels are named. A Failure where that is not valid. */
export function withChannel(text: string, { settings, levels }: AddedChannel, file: string) {
  const document = opened(text, file);
  const name = String(settings["name"]);
  if (indexOf(document, name) >= 0)
    throw new Failure("usage", `there is a channel \`${name}\` already: remove it first`);
  append(document, "channels", settings);
  if (levels.length > 0) append(document, "rules", { levels, to: [name] });
  return checked(document, text, file);
}

/**
 * The text without a channel and without its name in every list; a rule or step that leads nowhere then goes too. A Failure where
 * there is no such channel.
 */
export function withoutChannel(text: string, name: string, file: string): string {
  const document = opened(text, file);
  const at = indexOf(document, name);
  if (at < 0) throw new Failure("usage", `there is no channel \`${name}\` in \`${file}\``);
  document.deleteIn(["channels", at]);
  for (const key of ["rules", "escalation"]) dropEmpty(document, key, name);
  const otherwise = document.get("otherwise");
  if (isSeq(otherwise)) otherwise.items = otherwise.items.filter((item) => textOf(item) !== name);
  return checked(document, text, file);
}

function dropEmpty(document: Document, key: string, name: string): void {
  const list = document.get(key);
  if (!isSeq(list)) return;
  list.items = list.items.filter((item) => {
    const to = isMap(item) ? item.get("to") : undefined;
    if (!isSeq(to)) return true;
    const before = to.items.length;
    to.items = to.items.filter((one) => textOf(one) !== name);
    return to.items.length > 0 || before === 0;
  });
}

function opened(text: string, file: string): Document {
  // WHY first: what is wrong already is said at its place.
  parseNotifySettings(text, file);
  return parseDocument(text, { schema: "core" });
}

function append(document: Document, key: string, value: unknown): void {
  const list = document.get(key);
  // WHY not added to an empty list: that one is written in brackets, and so would be what is added.
  if (isSeq(list) && list.items.length > 0) document.addIn([key], document.createNode(value));
  else document.set(key, document.createNode([value]));
}

function indexOf(document: Document, name: string): number {
  const channels = document.get("channels");
  if (!isSeq(channels)) return -1;
  return channels.items.findIndex((item) => isMap(item) && nameOf(item) === name);
}

function nameOf(item: YAMLMap): unknown {
  return item.get("name");
}

function textOf(item: unknown): unknown {
  return typeof item === "object" && item !== null && "value" in item ? item.value : item;
}

function checked(document: Document, before: string, file: string): string {
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: isPadded(before) });
  parseNotifySettings(text, file);
  return text;
}

/** Whether most brackets of a text have a space behind them. */
function isPadded(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return count(/[[{] /g) > count(/[[{][^\s\]}]/g);
}
