// Names that programs make up for what they write: numbered ones, and those of a source with another ending.
import { escapeGlob } from "#base/glob.ts";
import { append, hole, literal, type Text, textOf } from "../../shell/values/text.ts";

/** A name in which programs put numbers (`page-%03d.png`) as all names that it may become; any other stays as it is. */
export function numbered(path: Text): Text {
  const name = textOf(path);
  if (name?.includes("%") !== true) return path;
  const like = name
    .split(/%[^a-zA-Z%]*[a-zA-Z]/)
    .map(escapeGlob)
    .join("*");
  return [hole("unmodelled", { like, splits: false })];
}

/** Names like that of `path` without its ending, beside it, that end in `ending`. */
export function madeBeside(path: Text, ending = ""): Text {
  const name = textOf(path);
  if (name === undefined) return [hole("dynamic-path")];
  const like = `${escapeGlob(name.replace(/\.[^./]*$/, ""))}*${escapeGlob(ending)}`;
  return [hole("unmodelled", { like, splits: false })];
}

/** Names like that of `path` without its ending, in a folder (the working directory when it is empty). */
export function madeIn(folder: Text, path: Text, ending = ""): Text {
  const [into, name] = [textOf(folder), textOf(path)];
  if (into === undefined || name === undefined) return [hole("dynamic-path")];
  const stem = name.replace(/^.*\//s, "").replace(/\.[^.]*$/, "");
  const like = `${into === "" ? "" : `${escapeGlob(into)}/`}${escapeGlob(stem)}*${escapeGlob(ending)}`;
  return [hole("unmodelled", { like, splits: false })];
}

/** The copies of a table that `crontab -e` may have edited, each in a directory of its own below one for such. */
export function crontabCopy(
  folders: readonly Text[] | undefined,
): readonly { readonly directory: Text; readonly file: Text }[] {
  const made = hole("unmodelled", { splits: false, like: "??????", made: true });
  return (folders ?? [literal("/tmp")]).map((folder) => {
    const directory = append(append(folder, literal("/crontab.")), [made]);
    return { directory, file: append(directory, literal("/crontab")) };
  });
}
