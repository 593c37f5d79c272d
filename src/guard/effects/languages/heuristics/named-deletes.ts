// Folders and files that code of any language surely names beside what deletes them: as its argument, by a variable, or listed for it.
import { append, hole, literal, type Text } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { deletes } from "../../model/consequences.ts";

/** Functions that delete, in many languages; none of these names is usual for anything else. */
const FUNCTION = [
  "unlink(?:Sync|at)?",
  "rm(?:dir|dirSync|Sync|tree|dir_all|_rf?|_r|_f)?!?",
  "remove_?tree",
  "removetree",
  "remove(?:Sync|_dir_all|_dir|_all|_file|_entry\\w*|File|Dir(?:ectory)?(?:Recursive)?|PathForcibly|All|dirs|Item(?:AtPath\\w*)?)",
  "delete(?:Dir(?:ectory)?|File|Recursively|Tree|dir)",
  "delete[_-](?:file|directory|dir|tree)[\\w/-]{0,40}",
  "(?:dir|file)_delete",
  "send2trash",
  "trashItem\\w*",
  "del_dir(?:_r)?",
  "file\\s+delete(?:\\s+-force)?(?:\\s+--)?",
].join("|");

/** Those that only delete a file where they are called on one, or in one of these modules. */
const MODULE =
  "(?:Files?|Dir(?:ectory)?|FileUtils|fs|Deno|Path|os|Sys|io|IO|IO\\.(?:File|Directory)|AntBuilder\\(\\)|shutil)(?:\\.|::|:)(?:delete|remove|Delete|rm|unlink|trash)\\w*!?";
const DELETES = `(?:(?<![\\w$])(?:${FUNCTION})|\\b${MODULE})`;

/** A place from the root or from the home directory, as far as it is known: it ends with its text or where something is put in. */
const ROOTED = String.raw`(["'\`])((?:~?\/(?!\/))[^"'\`\n$#{}\\]{1,300}?)(?:\2|(?=\$\w|[$#]?\{))`;
const ROOTED_FIRST = ROOTED.replaceAll(String.raw`\2`, String.raw`\1`);

const DIRECTLY = new RegExp(String.raw`${DELETES}[^;'"\`\n]{0,64}${ROOTED_FIRST}`, "gi");
/** `Path("/srv").rmtree()`, `"/srv" |> File.rm_rf!()`, `File("/srv").walk().forEach { it.delete() }`. */
const CALLED_ON = new RegExp(
  String.raw`${ROOTED_FIRST}\s*\)*[^;'"\`\n]{0,40}?(?:\.|->|\|>\s*|::|\basFile\s+)(?:${FUNCTION}|${MODULE}|remove\b(?=$|["'\s;])|remove_tree)`,
  "g",
);

/** Functions that give what lies in a folder, or what a pattern names. */
const LISTS = new RegExp(
  String.raw`(?:\b(?:read_?dir\w*|scan_?dir\w*|list_?dir\w*|iterdir|listFiles|list[._-]files|eachFile\w*|eachDir\w*|[gw]lob\w*|wildcard|walk\w*|directory[-_](?:files|list)[\w-]*|\w*DirectoryIterator|Files\.(?:walk|list|newDirectoryStream)|Dir\.\w+|dir|entries|each_child|children|file-seq|clojure\.java\.io\/file|opendir\w*|ls!?|find\w*|File|Path|Pathname|Directory\w*)\s*[([ ]|\bDir\[)[^;'"\`\n]{0,60}${ROOTED_FIRST}`,
  "g",
);
/** Something deletes what it is given later on: named without a call, called on each, or with what is no text. */
const EACH = new RegExp(
  String.raw`(?:\.|->|::|:|&|#'|\/)(?:${FUNCTION}|delete|remove|Delete)\b|${DELETES}[\s(]+(?!["'\`])[\w$@*.&(]|${DELETES}\s*[),;]`,
);
/** A name that is given a place: `d = "/srv"`, `(d "/srv")`, `[d "/srv"]`. */
const BOUND = new RegExp(
  String.raw`(?:[([]\s*([A-Za-z_][\w-]{0,40})\s+(?:\([\w-]+\s+)?|([A-Za-z_]\w{0,40})\s*(?::?=|<-)\s*[^;'"\`\n=]{0,30}?)${ROOTED.replaceAll(String.raw`\2`, String.raw`\3`)}`,
  "g",
);
/** `ls /srv | each { rm $in }`, as shells that hand on objects have it. */
const HANDED_ON =
  /\b(?:ls|glob|gci|dir|Get-ChildItem)\s+(?:-\w+\s+)*((?:~?\/)[\w.@+*/-]{1,200})\s*\|[^;\n]{0,200}\b(?:rm|ri|del|Delete|remove|Remove-Item)\b/g;

const FOUND_MAX = 32;

/** A look at words of plain code. WHY only places from the root or the home directory: others lie where the call works. */
export function namedDeletes(code: string, home: string): readonly Consequence[] {
  const found: Consequence[] = [];
  const note = (path: string): void => {
    const place = atHome(path, home);
    if (place !== "/" && found.length < FOUND_MAX) found.push(deletes(below(place), "entry"));
  };
  for (const [, , path = ""] of code.matchAll(DIRECTLY)) note(path);
  for (const [, , path = ""] of code.matchAll(CALLED_ON)) note(path);
  for (const [, path = ""] of code.matchAll(HANDED_ON)) note(`${folderOf(path)}/`);
  if (!EACH.test(code)) return found;
  for (const [, , path = ""] of code.matchAll(LISTS)) note(`${folderOf(path)}/`);
  for (const [, lisp, plain, , path = ""] of [...code.matchAll(BOUND)].slice(0, FOUND_MAX)) {
    const name = (lisp ?? plain ?? "").replaceAll("-", "\\-");
    if (new RegExp(String.raw`${DELETES}[\s(]+[^;\n]{0,60}(?<![\w"'])${name}(?![\w"'])`).test(code))
      note(path);
  }
  return found;
}

/** The folder that a pattern for names begins with. */
function folderOf(path: string): string {
  return path.replace(/\/[^/]*[*?[][^]*$/, "").replace(/\/+$/, "");
}

function atHome(path: string, home: string): string {
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

/** Something in a folder whose name ends with a slash; else what is named. */
function below(path: string): Text {
  return path.endsWith("/")
    ? append(literal(path), [hole("dynamic-path", { splits: false, like: "*" })])
    : literal(path);
}
