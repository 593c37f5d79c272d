// Options that systemd's programs have in common and that only say how something is shown.
import { type Text, textOf } from "../../shell/values/text.ts";

const ALONE =
  /^(?:--no-pager|--no-legend|--full|-l|--all|-a|--quiet|-q|--value|--plain|--no-ask-password|--user|--system|--(?:output|json|property|lines)=\S*|-o(?:json|short|verbose)[\w-]*|-[pP][A-Za-z]\w*)$/;
/** The value stands behind them. */
const VALUED = /^(?:-o|-p|-P|-n|--output|--property|--lines)$/;
/** A name of a form or of properties, or a number. */
const VALUE = /^[\w,-]+$/;

/** The words of a call with spaces between them, `?` for one that is not known, without options that only say how something is shown. */
export function lineShown(args: readonly Text[]): string {
  const words = args.map((word) => textOf(word) ?? "?");
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (ALONE.test(word)) continue;
    if (VALUED.test(word) && VALUE.test(words[at + 1] ?? "")) at += 1;
    else kept.push(word);
  }
  return kept.join(" ");
}
