// What a program wrote over a view, with the true values of the file put back; or why that cannot be done.
import { disguisedParts, type HiddenPart } from "./hidden-parts.ts";
import type { Stream } from "./disguise.ts";
import { lineKey } from "./line-view.ts";
import { viewOf } from "./view.ts";

/** The file with what was written in it, or a reason without a value of the file. */
export type MergedView =
  | { readonly kind: "merged"; readonly text: string }
  | { readonly kind: "refused"; readonly why: string };

/** A file of which `view` was shown, and what was written in its place. */
export type ChangedView = {
  readonly path: string;
  readonly text: string;
  readonly view: string;
  readonly written: string;
  /** For a view that is made to look at the result. */
  readonly stream: Stream;
};

/** Lines that were changed, by hidden parts: how much is looked through. */
const COMPARED_MAX = 2_000_000;
/** Characters in a row by which a part of a made-up value is known in the line of its name, and elsewhere. */
const TRACE = { own: 4, elsewhere: 8 } as const;

/**
 * Puts the true values back where what was written has the made-up ones, under the names that they had. What was written besides
 * stays as it is, a new value in the place of a made-up one too.
 *
 * INVARIANT: a true value stands in the result only where a view of the result hides it again: a view of it shows in that line what was
 * written. So whoever writes over a view learns nothing by it, whatever is written.
 */
export async function mergeView(changed: ChangedView): Promise<MergedView> {
  const { path, text, view, written, stream } = changed;
  if (written === view) return { kind: "merged", text };
  if (written.trim() === "") return refused("it left nothing of the file");
  const again = await viewOf(path, text, { stream });
  const file = again === undefined ? undefined : linesOf(text, view, again);
  if (file === undefined) return refused("the file cannot be told from its view line by line");
  const restored = restore(written, file);
  if (restored.kind === "refused") return restored;
  const merged = restored.lines.map(({ text: one }) => one).join("");
  const shown = partsOf((await viewOf(path, merged, { stream })) ?? "");
  const isHidden = restored.lines.every(
    ({ again: meant, isRestored }, at) => !isRestored || shown[at] === meant,
  );
  if (!isHidden || (shown.length !== restored.lines.length && restored.hasRestored))
    return refused("what it wrote would let a value that is hidden be seen from now on");
  return { kind: "merged", text: merged };
}

/** One hidden line: as it is shown, as it is, and as another view of it is. */
type Line = {
  readonly view: string;
  readonly text: string;
  readonly again: string;
  readonly key: string | undefined;
  readonly parts: readonly HiddenPart[];
};

/** Lines and their ends, one after the other. */
function partsOf(text: string): readonly string[] {
  return text.split(/(\r\n|\n|\r)/);
}

/** The lines with hidden values; undefined where lines of the texts do not belong together. */
function linesOf(text: string, view: string, again: string): readonly Line[] | undefined {
  const [texts, views, others] = [partsOf(text), partsOf(view), partsOf(again)];
  if (texts.length !== views.length || texts.length !== others.length) return undefined;
  const found = new Map<string, Line>();
  for (let at = 0; at < texts.length; at += 1) {
    const line = { view: views[at] ?? "", text: texts[at] ?? "", again: others[at] ?? "" };
    if (line.view === line.text) continue;
    const parts = disguisedParts(line);
    const before = found.get(line.view);
    // WHY: what is written would belong to either.
    if (parts === undefined || (before !== undefined && before.text !== line.text))
      return undefined;
    found.set(line.view, { ...line, key: keyOf(line.view), parts });
  }
  return [...found.values()];
}

/** What a line gives a value to, in any form; undefined where that stands in an earlier one. */
function keyOf(line: string): string | undefined {
  return lineKey(line) ?? /["']?([\w.@/-]+)["']?\s*[:=]/.exec(line)?.[1];
}

type Restored =
  | { readonly kind: "refused"; readonly why: string }
  | {
      readonly kind: "restored";
      readonly hasRestored: boolean;
      readonly lines: readonly {
        readonly text: string;
        /** What another view of it shows. */
        readonly again: string;
        readonly isRestored: boolean;
      }[];
    };

function restore(written: string, file: readonly Line[]): Restored {
  const whole = new Map(file.map((line) => [line.view, line]));
  const lines: { text: string; again: string; isRestored: boolean }[] = [];
  const count = file.reduce((sum, { parts }) => sum + parts.length, 0);
  let compared = 0;
  for (const one of partsOf(written)) {
    const same = whole.get(one);
    if (same !== undefined) {
      lines.push({ text: same.text, again: same.again, isRestored: true });
      continue;
    }
    const isBlank = one.trim() === "";
    compared += isBlank ? 0 : count;
    if (compared > COMPARED_MAX) return refused("it changed too much of a large file");
    const found = isBlank ? undefined : restoreLine(one, file);
    if (typeof found === "string") return refused(found);
    lines.push(found ?? { text: one, again: one, isRestored: false });
  }
  return { kind: "restored", hasRestored: lines.some(({ isRestored }) => isRestored), lines };
}

/** A line that was changed, with what it has of made-up values put back; why not, or undefined where it has nothing of them. */
function restoreLine(
  line: string,
  file: readonly Line[],
): { text: string; again: string; isRestored: boolean } | string | undefined {
  const key = keyOf(line);
  const own = file.filter((one) => one.key === key).flatMap(({ parts }) => parts);
  // WHY the longest first: another one may be a part of it.
  const parts = own.toSorted((one, other) => other.view.length - one.view.length);
  let pieces: readonly Piece[] = [{ is: "written", text: line }];
  for (const part of parts) pieces = pieces.flatMap((piece) => divided(piece, part));
  const rest = pieces.flatMap((piece) => (piece.is === "written" ? [piece.text] : []));
  const named = key === undefined ? "a line" : `\`${key}\``;
  if (parts.some((part) => rest.some((text) => hasTrace(text, part, TRACE.own))))
    return `it changed a part of the made-up value of ${named}, and a part of the true one cannot be changed the same way`;
  const others = file.filter((one) => one.key !== key).flatMap((one) => one.parts);
  if (others.some((part) => rest.some((text) => hasTrace(text, part, TRACE.elsewhere))))
    return `it put a made-up value under another name: ${named}`;
  if (pieces.every(({ is }) => is === "written")) return undefined;
  return {
    text: pieces.map((piece) => piece.text).join(""),
    again: pieces.map((piece) => (piece.is === "written" ? piece.text : piece.again)).join(""),
    isRestored: true,
  };
}

type Piece =
  | { readonly is: "written"; readonly text: string }
  | { readonly is: "restored"; readonly text: string; readonly again: string };

/** A piece with the true value in each place of a made-up one that stands by itself. */
function divided(piece: Piece, part: HiddenPart): readonly Piece[] {
  if (piece.is === "restored") return [piece];
  const found: Piece[] = [];
  let rest = piece.text;
  let from = 0;
  for (let at = rest.indexOf(part.view); at >= 0; at = rest.indexOf(part.view, from)) {
    const end = at + part.view.length;
    const isApart = !WORD.test(rest.charAt(at - 1)) && !WORD.test(rest.charAt(end));
    if (!isApart && !part.isWithin) {
      from = at + 1;
      continue;
    }
    found.push({ is: "written", text: rest.slice(0, at) });
    found.push({ is: "restored", text: part.text, again: part.again });
    rest = rest.slice(end);
    from = 0;
  }
  return [...found, { is: "written", text: rest }];
}

const WORD = /^[A-Za-z0-9]$/;

/** Whether some of a made-up value is left in a text. */
function hasTrace(text: string, { view }: HiddenPart, least: number): boolean {
  const length = Math.min(least, view.length);
  if (view.length < 3) return false;
  for (let at = 0; at + length <= view.length; at += 1) {
    const some = view.slice(at, at + length);
    if (/[A-Za-z0-9]{2}/.test(some) && text.includes(some)) return true;
  }
  return false;
}

function refused(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}
