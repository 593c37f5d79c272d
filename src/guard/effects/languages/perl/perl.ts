// Perl, read lightly: quotes of all kinds, substitutions that are code, opens that are pipes.
import { textOf } from "../../../shell/values/text.ts";
import {
  takesRights,
  changesMode,
  copies,
  kills,
  hardLinks,
  links,
  readsFile,
  removesAll,
  runsWordsOrShell,
  writesFile,
} from "../evaluation/call-effects.ts";
import { type CallEffect, doings, type Language } from "../evaluation/language.ts";
import { printedBy } from "../evaluation/printed-by.ts";
import type { Paths, Observations } from "../evaluation/observations.ts";
import { words } from "../evaluation/tokens.ts";
import { perlValues } from "./perl-values.ts";
import { lexicon } from "./perl-quotes.ts";
import { KEYWORDS, GLOBALS, prepare } from "./perl-names.ts";

const HARMLESS = words(
  "abs atan2 bless chomp chop chr cos defined delete die each exists exit exp hex index int join keys lc lcfirst length log map grep oct ord pack pos pop push quotemeta rand ref reverse rindex scalar shift sin sleep sort splice split sprintf sqrt srand substr time localtime gmtime uc ucfirst unpack unshift values wantarray warn lstat stat close eof fileno binmode undef read readline seek tell local sum max min first uniq shuffle reduce any all none Dumper encode_base64 decode_base64 strftime floor ceil md5_hex sha256_hex encode_json decode_json",
  "$_ -e -f -d -r -w -x -s -z -l -M -A",
);

/** `open`: the last arguments say what and how; a pipe runs a program. */
const opens: CallEffect = (call, seen) => {
  const [given, ...rest] = call.args.slice(1);
  const mode = given?.text;
  if (call.args.length > 2) {
    const paths = rest[0]?.texts;
    if (mode === undefined || paths === undefined) return false;
    if (!/\|/.test(mode)) return rest.length === 1 && openAs(mode, paths, seen);
    const argv = rest.flatMap(({ texts }) => (texts?.length === 1 ? texts : []));
    if (rest.length === 1) seen.shell(paths);
    else seen.run(argv);
    return rest.length === 1 || argv.length === rest.length;
  }
  const specs = given?.texts?.map(textOf);
  const known = specs?.map((spec) => spec !== undefined && opensSpec(spec.trim(), seen));
  return known !== undefined && known.every((one) => one);
};

/** The old form, in which one text says both. */
function opensSpec(spec: string, seen: Observations): boolean {
  if (spec.startsWith("|") || spec.endsWith("|")) {
    seen.shell(spec.replace(/^\||\|$/g, ""));
    return true;
  }
  const found = /^(\+?[<>]{0,2})\s*(.*)$/s.exec(spec);
  return openAs(found?.[1] ?? "", found?.[2] ?? "", seen);
}

function openAs(mode: string, path: Paths, seen: Observations): boolean {
  if (/[<+]|^$/.test(mode)) seen.read(path);
  if (/[>+]/.test(mode)) seen.write(path, mode.includes(">>") ? "append" : "create");
  return /^\s*\+?[<>]{0,2}(?:\s*:[\w()-]*)*\s*$/.test(mode);
}

/** Trees that are given as words, before the options. */
const removesTrees: CallEffect = (call, seen) => {
  for (const { texts } of call.args) if (texts !== undefined) seen.remove(texts, "tree");
  return call.args.length > 0 && call.args.every(({ texts }) => texts !== undefined);
};

export const perl: Language = {
  name: "perl code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: words("new encode decode pretty canonical utf8"),
  calls: {
    ...doings(
      [opens, "open"],
      [runsWordsOrShell, "system exec readpipe"],
      [removesAll, "unlink rmdir"],
      [readsFile(), "readlink"],
      [removesTrees, "remove_tree rmtree"],
      [changesMode(0, 1), "chmod"],
      [kills, "kill"],
      [takesRights, "setuid POSIX::setuid"],
      [writesFile(0, "change"), "make_path mkpath"],
      [writesFile(0, "change"), "mkdir truncate"],
      [copies("moves", "tree", "as-named"), "rename"],
      [copies("moves", "tree"), "move"],
      [copies("copies"), "copy"],
      [links, "symlink"],
      [hardLinks, "link"],
    ),
  },
  environment: new Set(["%ENV"]),
  variables: /^[$@%]/,
  access: new Set(["->", "::"]),
  unknownNames: "never",
  globals: GLOBALS,
  bareArguments: true,
  suspicious: new Set(["${", "heredoc", "&", "handle", "\\&"]),
  values: perlValues,
  evaluates: new Set(["eval"]),
  settable: new Set(),
  prepare,
};

/** What a program that only prints one text prints. */
export const printedByPerl = printedBy(perl, new Set(["print"]), "");
