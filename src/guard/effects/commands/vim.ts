// vim and other editors: files that are opened and changed, commands that they are given.
import {
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { type Consequence, command, type ModelContext } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { runsAddress } from "../programs/interpreters.ts";
import { shellRuns } from "../model/shell-code.ts";
import { interpret, type OwnReading, unbounded } from "../languages/interpret.ts";
import { lua } from "../languages/lua.ts";
import { namedHarm } from "../languages/heuristics/named-harm.ts";
import { perl } from "../languages/perl/perl.ts";
import type { Language } from "../languages/evaluation/language.ts";
import { plainCode } from "../languages/heuristics/plain-code.ts";
import { python } from "../languages/python/python.ts";
import { ruby } from "../languages/ruby.ts";
import { sighted } from "../languages/sighted.ts";
import { fileOfUrl } from "../paths/file-urls.ts";
import { effect } from "../model/verbs.ts";

/** Commands of an editor that do no more than edit. */
const PLAIN =
  /^:?(\d+|\$|wq?a?!?|x|q(all|a)?!?|wa(ll)?!?|set (no)?\w+(=\w+)?|syntax \w+|normal! (?!\w*(?:g[fFxv]|K))\w+|(%|\d+(,\d+)?)?(s([/#|])((?!\\=)[^|!])*[gi]*|d|g\/[^|!]*\/d)|norm (?!\w*(?:g[fFxv]|K))\w+)$/;

/** Editors with windows of their own that take the words of `code`. */
const WINDOW_EDITORS = ["code-insiders", "codium", "windsurf", "zed", "zeditor"];

/** Options of window editors that only say how a file is shown. */
const WINDOW_OPTION =
  /^(-n|-r|-g|-d|-w|-a|-s|--new|--new-window|--reuse-window|--goto|--diff|--wait|--add|--status|--verbose|--disable-extensions|--disable-gpu|--list-extensions|--show-versions)$/;

/** Languages that the editor runs itself. */
const LANGUAGES: Readonly<Record<string, Language | OwnReading>> = {
  py: python,
  py3: python,
  python,
  python3: python,
  lua,
  ruby,
  perl,
  tcl: sighted("Tcl code"),
};

export const vim = command({
  names: [
    "vim",
    "vi",
    "nvim",
    "view",
    "ex",
    "nano",
    "pico",
    "emacs",
    "emacsclient",
    "micro",
    "hx",
    "code",
    "cursor",
    "subl",
    ...WINDOW_EDITORS,
  ],
  optionsEnd: "expression",
  options: {},
  effects: ({ name: called, args, stdin }, context) => {
    const name = called.replace(/\.exe$/i, "").toLowerCase();
    const found: Consequence[] = [];
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(--version|--help|-h|-V)$/.test(words[0] ?? "")) return [];
    let stops = false;
    const keeps = keepsBuffers(words, stdin);
    const opened = (word: Text): readonly Consequence[] => {
      const contacts = contactsOf(name, word, keeps ? args : [], context);
      if (contacts !== undefined) return contacts;
      const path = fileOfUrl(word) ?? word;
      // A copy for crashes lies beside the file.
      return keeps ? [reads(path), writes(path, "change")] : [reads(path)];
    };
    const told = (line: Text): readonly Consequence[] =>
      given(name, line, { context, keeps, files: args });
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const text = words[at] ?? knownPrefix(word);
      const next: Text | undefined = args[at + 1];
      if (text === "--" || stops) {
        stops = true;
        if (text !== "--") found.push(...opened(word));
      } else if (isWindowEditor(name)) {
        found.push(...inWindow(name, { word, text, next }, context));
      } else if (
        /^(-c|--cmd|--eval|-eval|-e|--execute|-f|-q)$/.test(text) &&
        !(name !== "emacs" && /^-[ef]$/.test(text) && `${name} ${text}` !== "emacsclient -e") &&
        next !== undefined
      ) {
        found.push(...told(next));
        at += 1;
      } else if (/^-[es]+c$/.test(text) && name !== "emacs" && next !== undefined) {
        found.push(...told(next));
        at += 1;
      } else if (/^-c./.test(text) && name !== "emacs" && name !== "nano") {
        found.push(...told(literal(text.slice(2))));
      } else if (/^\+./.test(text)) {
        if (!/^\+\d+$/.test(text)) found.push(...told(literal(text.slice(1))));
      } else if (text === "--startuptime" && next !== undefined) {
        found.push(writes(next, "append"));
        at += 1;
      } else if (/^-V\d*[^\d]/.test(text)) {
        found.push(writes(literal(text.replace(/^-V\d*/, "")), "append"));
      } else if (
        /^(-S|-s|-u|-U|-l|--load|-load|--script|-w|-W|-i)$/.test(text) &&
        next !== undefined
      ) {
        const harmless =
          /^(-u|-U|-i)$/.test(text) && /^(NONE|NORC|DEFAULTS)$/.test(textOf(next) ?? "");
        if (/^-[wW]$/.test(text)) found.push(writes(next, "create"));
        if (text === "-i" && !harmless) found.push(reads(next), writes(next, "change"));
        else if (!harmless && text !== "-i" && !(text === "-s" && /^ex$/.test(name)))
          found.push(reads(next), ...unbounded("project", name));
        if (
          !(text === "-s" && (/^ex$/.test(name) || words.includes("-e") || words.includes("-es")))
        )
          at += 1;
      } else if (
        /^(-es|-Es|-e|-E|-n|-N|-R|-d|-o|-O|-p|-Q|-nw|-q|--clean|--headless|--noplugin|--batch|-batch|-B|-m|-M|-b|--not-a-term|-t|-z|-l)$/.test(
          text,
        )
      )
        continue;
      else if (name !== "emacs" && /^-[NnRbCmMEesyvZhH]+$|^-V\d*$/.test(text)) continue;
      else if (text.startsWith("-") && text !== "-")
        found.push({
          kind: "unknown",
          reason: "unknown-option",
          detail: `\`${name}\` has an option that sallyport does not know: \`${/^-[\w-]{1,30}$/.test(text) ? text : "-…"}\``,
        });
      else if (text !== "-") found.push(...opened(word));
    }
    for (const text of stdin ?? []) {
      for (const line of textOf(text)?.split("\n") ?? ["?"])
        if (line.trim() !== "") found.push(...told(literal(line.trim())));
    }
    const settings = literal(`${context.home}/.vimrc`);
    if (name.startsWith("vi") && context.isFile(settings)) found.push(reads(settings));
    return found;
  },
});

function isWindowEditor(name: string): boolean {
  return /^(?:code|cursor|subl)$/.test(name) || WINDOW_EDITORS.includes(name);
}

/** What a word tells an editor with windows of its own. */
function inWindow(
  name: string,
  {
    word,
    text,
    next,
  }: { readonly word: Text; readonly text: string; readonly next?: Text | undefined },
  context: ModelContext,
): readonly Consequence[] {
  if (text === "--install-extension")
    return [
      effect<"install">({
        kind: "install",
        manager: name,
        packages: [textOf(next ?? []) ?? "?"],
        runsScripts: true,
      }),
    ];
  if (!text.startsWith("-")) return shownInWindow(word, context);
  if (WINDOW_OPTION.test(text)) return [];
  return [
    {
      kind: "unknown",
      reason: "unknown-option",
      detail: `an option of \`${name}\` that sallyport does not know`,
    },
  ];
}

/**
 * What a person is shown in a window. WHY a directory is only listed: the person opens the files in it, and nothing of
 * them comes back to the call.
 */
function shownInWindow(word: Text, context: ModelContext): readonly Consequence[] {
  const path = literal((textOf(word) ?? knownPrefix(word)).replace(/(:\d+)+$/, ""));
  return context.isDirectory(path) ? [] : [reads(path, "tree")];
}

/** Commands that write what was opened to where it came from, in any part of a line. */
const KEEPING =
  /(?:^|[|:\s])(?:w|write|wq\w*|wa|wall|wn|wnext|wN|wp|wprevious|x|xa|xall|xit|exit|up|update|ZZ)!?\s*(?:$|\||\n)|\b(?:norm|normal|exe|execute|source|so|feedkeys|py3?|python3?|lua|ruby|perl|tcl|(?:arg|buf|win|tab|cdo|cfdo|ldo)do)\b/;
const LEAVING = /^:?(?:q|qa|qall|quit|cq|cquit)!$/;

/** Whether what is opened may be written: not where the commands leave without it and none of them writes. */
function keepsBuffers(words: readonly (string | undefined)[], stdin: TextSet | undefined): boolean {
  const lines = (stdin ?? []).flatMap((text) => textOf(text)?.split("\n") ?? [undefined]);
  const told = [...words, ...lines];
  const leaves = told.some((line) => LEAVING.test(line?.trim().replace(/^\+/, "") ?? ""));
  const isTold = words.some((word) => /^(?:-[SsWwu]|--remote.*)$/.test(word ?? ""));
  if (!leaves || told.includes(undefined)) return true;
  const isScripted =
    isTold &&
    words.some(
      (word, at) =>
        /^-[Ssu]$/.test(word ?? "") && !/^(?:NONE|NORC|DEFAULTS)$/.test(words[at + 1] ?? ""),
    );
  return isScripted || told.some((line) => KEEPING.test(line?.trim().replace(/^\+/, "") ?? ""));
}

/** Names by which the plug-in for networks, which is part of the editor, opens what lies elsewhere (`:help netrw-protocol`). */
const ELSEWHERE = /^(?:davs?|fetch|ftp|https?|rcp|rsync|scp|sftp):\/\//i;

/** The host of a name that an editor of this family opens through the network; what is open may be written there. */
function contactsOf(
  name: string,
  path: Text,
  files: readonly Text[],
  context: ModelContext,
): readonly Consequence[] | undefined {
  if (!OF_VI.test(name) || !ELSEWHERE.test(knownPrefix(path))) return undefined;
  const open = files.filter((file) => !/^(?:[-+]|[a-z]+:\/\/)/i.test(knownPrefix(file)));
  const carries = [
    { kind: "argument" } as const,
    ...open.flatMap((file) => sourcesOf(context.contentOf(file))),
  ];
  return [{ kind: "contacts", url: path, carries }];
}

const OF_VI = /^(?:vi|vim|nvim|ex|view)$/;

/** Where a command of an editor stands: whether what is open is written, and what is open. */
type Around = {
  readonly context: ModelContext;
  readonly keeps: boolean;
  readonly files: readonly Text[];
};

function given(
  name: string,
  command_: Text,
  { context, keeps, files }: Around,
): readonly Consequence[] {
  const text = textOf(command_);
  if (text !== undefined && OF_VI.test(name)) {
    if (PLAIN.test(text)) return [];
    const parts = partsOf(text);
    if (parts.length > 1)
      return parts.flatMap((part) => given(name, literal(part), { context, keeps, files }));
    const runs = /^:?(?:silent!? )?(?:%|[\d.$]+(?:,[\d.$+-]+)?)?(?:r |read |w )?\s*!(.+)$/.exec(
      text,
    )?.[1];
    if (runs !== undefined) return shellRuns(runs);
    return fileCommand(name, text, { context, keeps, files }) ?? worksOut(name, text, context);
  }
  const mentioned = [...(text ?? "").matchAll(/"([^"]+)"/g)].map((found) => found[1] ?? "");
  const origin = runsAddress("emacs", [text]) ? "download" : "inline";
  return [
    ...mentioned.map((path) => reads(literal(path))),
    ...interpret([command_], sighted("Emacs Lisp code"), context, {
      stdin: undefined,
      operands: [],
    }),
    ...unbounded(origin, name),
  ];
}

/** A command that opens, reads or writes a file; undefined where it is none. */
function fileCommand(
  name: string,
  text: string,
  { context, keeps, files }: Around,
): readonly Consequence[] | undefined {
  const file =
    /^:?(?:silent!? )?(r|read|e|edit|w|write|sav|saveas|so|source|tabe|tabedit|tabnew|split|vs|vsplit|sp|new|vnew|badd|argadd|argedit|find|drop)!? +(\S+)$/.exec(
      text,
    );
  if (file === null) return undefined;
  const path = named(file[2] ?? "", context);
  const isRead = /^(?:r|read|so|source)$/.test(file[1] ?? "");
  const contacts = contactsOf(name, path, isRead ? [] : files, context);
  if (contacts !== undefined)
    return [
      ...contacts,
      ...(file[1]?.startsWith("so") === true ? unbounded("download", name) : []),
    ];
  return [
    reads(path),
    ...(/^(w|write|sav|saveas)$/.test(file[1] ?? "") ||
    (keeps && !/^(?:r|read|so|source)$/.test(file[1] ?? ""))
      ? [writes(path, "create")]
      : []),
    ...(file[1]?.startsWith("so") === true ? unbounded("project", name) : []),
    // The editor expands patterns, variables and what stands between backticks in a name.
    ...(EXPANDED.test(file[2] ?? "") ? unbounded("inline", name) : []),
  ];
}

/** A command that works something out: functions of the editor, code of another language, or what only its words tell. */
function worksOut(name: string, text: string, context: ModelContext): readonly Consequence[] {
  const gone = /\bdelete\(\s*(['"])(.+?)\1/.exec(text)?.[2];
  if (gone !== undefined)
    return [deletes(named(gone, context), "tree"), ...unbounded("inline", name)];
  const kept = /\bwritefile\([^)]*,\s*(['"])([^'"]+)\1/.exec(text)?.[2];
  if (kept !== undefined)
    return [writes(named(kept, context), "create"), ...unbounded("inline", name)];
  const code = /^:?(?:silent!? )?(py|py3|python|python3|lua|ruby|perl|tcl)x? +([\s\S]+)$/.exec(
    text,
  );
  const language = LANGUAGES[code?.[1] ?? ""];
  if (code !== null && language !== undefined)
    return [
      ...interpret([literal(code[2] ?? "")], language, context, {
        stdin: undefined,
        operands: [],
      }),
      ...namedHarm(text.replace(/\bvim\.fn\.delete\(/g, "unlink("), context.home),
      ...unbounded("inline", name),
    ];
  // What a command prints is run as the next one.
  const twice = /system\(\s*system\(\s*(['"])(.*?)\1/.exec(text)?.[2];
  if (twice !== undefined)
    return [...shellRuns(`eval "$(${twice})"`), ...unbounded("inline", name)];
  const system = /system(?:list)?\(\s*(['"])(.*?)\1/.exec(text)?.[2];
  if (system !== undefined) return [...shellRuns(system), ...unbounded("inline", name)];
  const mentioned = [...text.matchAll(/(['"])([^'"]+)\1/g)].map((found) => found[2] ?? "");
  return [
    ...mentioned.map((path) => reads(literal(path))),
    // WHY: its own functions have names that mean other things elsewhere.
    ...namedHarm(text.replace(/\bdelete\(/g, "unlink("), context.home),
    ...toldTwice(text, context.home),
    ...unbounded("inline", name),
  ];
}

/** What the editor makes something else of in a name of a file. */
const EXPANDED = /[`%#<*?{}[\]\\=]|\$(?!HOME\/)/;

/** Commands that take a bar for their own: what a shell runs, what others run, and what is worked out. */
const OWN_BAR =
  /^(?:!|(?:r|read|w|write)\s*!|(?:norm|g|global|v|vglobal|s|(?:arg|buf|win|tab|c|cf|l|lf)do|au|autocmd|com|command|map|nmap|exe|execute|let|call|echo|py|py3|python|python3|lua|ruby|perl|tcl|te|term|terminal|put|if|for|while|fu|function)\b)/;

/** The commands of one line, which bars part. */
function partsOf(text: string): readonly string[] {
  const command_ = text.replace(/^[:\s]*(?:silent!?\s+)?[%\d.$,+-]*\s*/, "");
  if (OWN_BAR.test(command_)) return [text];
  const parts = text.split(/(?<!\\)\|/).map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

/** `execute` runs what a text is worth: where that is a command of the shell, a shell runs it. */
function toldTwice(text: string, home: string): readonly Consequence[] {
  const told = /\bexe(?:cute)?\s+"!([^"]+)"/.exec(plainCode(text, home))?.[1];
  return told === undefined ? [] : shellRuns(told);
}

/** A name as the editor takes it: it knows the home directory itself. */
function named(path: string, { home }: ModelContext): Text {
  return literal(path.replace(/^(?:~|\$HOME)(?=\/|$)/, home));
}
