// Perl, read lightly: quotes of all kinds, substitutions that are code, opens that are pipes.
import { textOf } from "../../shell/values/text.ts";
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
  seesVariable,
  writesFile,
} from "./evaluation/call-effects.ts";
import {
  type CallEffect,
  doings,
  type Language,
  type Prepared,
  printedBy,
} from "./evaluation/program.ts";
import type { Paths, Observations } from "./evaluation/observations.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  PAIRS,
  readString,
  type Spot,
  type StringRules,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { perlValues } from "./perl-values.ts";

const QUOTE = /(?:qq|qw|qx|qr|q|m|s|tr|y)(?!\w)(?!\s*=>)/y;
/** Names after which a slash or an angle starts a text. */
const BEFORE_TEXT =
  /^(?:split|grep|if|unless|and|or|not|print|return|while|until|when|for|foreach|push|join|map|elsif|xor|x|eq|ne|chomp|scalar|say)$/;
const READLINE = /<(?:\$?\w*|<)>>?/y;
const VARIABLE =
  /[$@]#?\$*(?:\w|::)+(?:(?:->)?(?:\[[^\]]*\]|\{[^}]*\}))*|[$@]#?\$*\{[^}]*\}|\$[&`'+!@\\,;.0-9](?:\[[^\]]*\]|\{[^}]*\})?/y;

const lexicon: Lexicon = {
  space: /(?:\s|#[^\n]*)+/y,
  name: /\$#?\$*(?:\w|::)+|\$#?\{\^?\w+\}|\$\^\w|\$[&`'+!@/\\,;.0-9_<>()[\]|"-](?![\w])|@\$?(?:\w|::)+|%(?:[A-Za-z_]|::)(?:\w|::)*|-[a-zA-Z](?=\s+["'$(])|[A-Za-z_](?:\w|::(?=\w))*/y,
  special: quoteAt,
};

function quoteAt(spot: Spot): Lexed | "none" {
  const { code, at, previous } = spot;
  const char = code[at] ?? "";
  const member =
    previous?.kind === "op" &&
    (previous.text === "->" || (previous.text === "{" && /^\w+\s*\}/.test(code.slice(at, at + 8))));
  // The old separator of packages, documentation between lines, and settings on the first line.
  if (char === "'" && /\w/.test(code[at - 1] ?? "")) return undefined;
  if (at === 0 && (/^=[a-zA-Z]/m.test(code) || /^#!.* -/.test(code))) return undefined;
  const either =
    previous?.kind === "name" && !/^[$@%]/.test(previous.text) && !BEFORE_TEXT.test(previous.text);
  if (
    either &&
    (char === "/" || char === "?" || (char === "<" && match(READLINE, code, at) === undefined))
  )
    return undefined;
  const closes = previous?.kind === "op" && previous.text === "}";
  if (closes && (char === "/" || char === "<" || char === "?") && /["'`]/.test(code.slice(at)))
    return undefined;
  if (char === "'") return readString(spot, at + 1, { close: "'", escapes: "few" });
  if (char === '"')
    return readString(spot, at + 1, { close: '"', escapes: "all", variable: VARIABLE });
  if (char === "`")
    return readString(spot, at + 1, {
      close: "`",
      escapes: "all",
      variable: VARIABLE,
      kind: "command",
    });
  if (code.startsWith("<<", at) && /^<<~?["'A-Z_]/.test(code.slice(at, at + 4)))
    return { tokens: [{ kind: "op", text: "heredoc" }], end: at + 2 };
  if (char === "<" && !isValue(previous)) {
    const handle = match(READLINE, code, at);
    if (handle !== undefined)
      return { tokens: [{ kind: "pattern", inner: [] }], end: at + handle.length };
    return readString(spot, at + 1, {
      close: ">",
      escapes: "all",
      variable: VARIABLE,
      kind: "pattern",
    });
  }
  if (
    /[$@%](?=\{(?!\s*\$\w+\s*\}|\^?\w+\}))/y.test(code.slice(at, at + 40)) &&
    "$@%".includes(char)
  )
    return { tokens: [{ kind: "op", text: "${" }], end: at + 1 };
  if (char === "/" && !isValue(previous)) return patternAt(spot, at + 1, "/");
  const quote = member ? undefined : match(QUOTE, code, at);
  if (quote === undefined || /[\w$@%]/.test(code[at - 1] ?? "")) return "none";
  return quotedAt(spot, quote);
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind === "op") return /^[\])}]$/.test(token.text);
  return token.kind !== "name" || /^[$@%]/.test(token.text);
}

function quotedAt(spot: Spot, quote: string): Lexed {
  const { code } = spot;
  let start = spot.at + quote.length;
  while (/\s/.test(code[start] ?? "x")) start += 1;
  const open = code[start] ?? "";
  if (open === "" || (start > spot.at + quote.length && /[\w#]/.test(open))) return undefined;
  const close = PAIRS[open] ?? open;
  const rules: StringRules = { close, escapes: "all", ...(close === open ? {} : { open }) };
  switch (quote) {
    case "q":
      return readString(spot, start + 1, { ...rules, escapes: "few" });
    case "qw": {
      const list = readString(spot, start + 1, { ...rules, escapes: "few" });
      const [only] = list?.tokens ?? [];
      if (list === undefined || only?.kind !== "string") return undefined;
      const items = (only.text ?? "").trim().split(/\s+/);
      return {
        end: list.end,
        tokens: [
          { kind: "op", text: "(" },
          ...items.flatMap((text): Token[] => [
            { kind: "string", text, inner: [] },
            { kind: "op", text: "," },
          ]),
          { kind: "op", text: ")" },
        ],
      };
    }
    case "qq":
      return readString(spot, start + 1, { ...rules, variable: VARIABLE });
    case "qx":
      return readString(spot, start + 1, { ...rules, variable: VARIABLE, kind: "command" });
    case "m":
    case "qr":
      return patternAt(spot, start + 1, close, rules);
    default:
      return twoParts(spot, quote, start, rules);
  }
}

function patternAt(spot: Spot, start: number, close: string, rules?: StringRules): Lexed {
  const found = readString(spot, start, {
    close,
    escapes: "all",
    ...rules,
    variable: VARIABLE,
    kind: "pattern",
  });
  if (found === undefined) return undefined;
  const runs = /\(\?\??\{|\(\*\{/.test(spot.code.slice(start, found.end));
  const flags = match(/[a-z]+/y, spot.code, found.end) ?? "";
  return {
    tokens: runs ? [...found.tokens, { kind: "op", text: "${" }] : found.tokens,
    end: found.end + flags.length,
  };
}

/** `s/a/b/flags`: with the flag `e` the second part is code. */
function twoParts(spot: Spot, quote: string, start: number, rules: StringRules): Lexed {
  const { code } = spot;
  const first = readString(spot, start + 1, { ...rules, variable: VARIABLE, kind: "pattern" });
  if (first === undefined) return undefined;
  const runs = /\(\?\??\{/.test(code.slice(start, first.end));
  let second = first.end;
  if (rules.open !== undefined) {
    while (/\s/.test(code[second] ?? "x")) second += 1;
    if (code[second] !== rules.open) return undefined;
    second += 1;
  }
  const computes = quote === "s" ? { variable: VARIABLE } : {};
  const rest = readString(spot, second, { ...rules, ...computes });
  if (rest === undefined) return undefined;
  const flags = match(/[a-z]+/y, code, rest.end) ?? "";
  const end = rest.end + flags.length;
  const suspicious: Token[] = runs || flags.includes("ee") ? [{ kind: "op", text: "${" }] : [];
  if (quote === "s" && flags.includes("e")) {
    const inner = spot.whole(code.slice(second, rest.end - 1));
    return inner === undefined
      ? undefined
      : { tokens: [{ kind: "pattern", inner: inner.tokens }, ...suspicious], end };
  }
  const inner = rest.tokens.flatMap((token) => ("inner" in token ? token.inner : []));
  const before = first.tokens.flatMap((token) => ("inner" in token ? token.inner : []));
  return {
    tokens: [{ kind: "pattern", inner: quote === "s" ? [...before, ...inner] : [] }, ...suspicious],
    end,
  };
}

const KEYWORDS = words(
  "if elsif else unless while until for foreach do last next redo return my our local sub and or not xor eq ne lt gt le ge cmp x BEGIN END print printf say given when default __END__ __PACKAGE__ __FILE__ __LINE__ STDIN STDOUT STDERR",
);

const HARMLESS = words(
  "abs atan2 bless chomp chop chr cos defined delete die each exists exit exp hex index int join keys lc lcfirst length log map grep oct ord pack pos pop push quotemeta rand ref reverse rindex scalar shift sin sleep sort splice split sprintf sqrt srand substr time localtime gmtime uc ucfirst unpack unshift values wantarray warn lstat stat close eof fileno binmode undef read readline seek tell local sum max min first uniq shuffle reduce any all none Dumper encode_base64 decode_base64 strftime floor ceil md5_hex sha256_hex encode_json decode_json",
  "$_ -e -f -d -r -w -x -s -z -l -M -A",
);

/** Everything else that perl itself defines. */
const GLOBALS = words(
  "accept alarm bind caller chown chroot connect continue crypt dbmclose dbmopen dump endgrent endhostent eval evalbytes exec fc fcntl flock fork format formline getc getlogin getpeername getpgrp getppid getpriority getpwnam getpwuid getpwent gethostbyname getsockopt glob goto import ioctl link listen lock mkdir msgctl msgget no open opendir package pipe prototype readdir readlink readpipe recv rename require reset rmdir select send setpgrp setpriority setsockopt shmctl shutdown socket socketpair study symlink syscall sysopen sysread sysseek system syswrite tie tied truncate umask unlink untie use utime vec wait waitpid write CORE __unknown_part__",
  "@ARGV $ARGV @INC %INC %SIG $SIG $INC",
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

const MODULES = words(
  "strict warnings utf8 feature List::Util Data::Dumper MIME::Base64 POSIX Time::HiRes Digest::MD5 Digest::SHA JSON::PP integer bigint Scalar::Util constant vars open Encode Text::Wrap Time::Local File::Path File::Copy File::Basename File::Spec Cwd Getopt::Long",
);

function takeRights(seen: Observations): void {
  seen.add({ kind: "effect", effect: { kind: "privilege", means: "setuid", user: undefined } });
}

function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind !== "name") {
      rest.push(token);
      continue;
    }
    const [before, next, after] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
    if (/^(use|no)$/.test(token.text) && (before === undefined || before.kind === "end")) {
      if (
        !(
          next?.kind === "number" ||
          (next?.kind === "name" && (MODULES.has(next.text) || /^v\d/.test(next.text)))
        )
      )
        seen.cannotTell();
      // What follows is an expression that perl works out before anything else: `use POSIX (print `cat x`)`.
      at += tokens[at + 2]?.kind === "number" ? 2 : 1;
      continue;
    }
    if (/^[$@%].*::/.test(token.text) && !token.text.startsWith("$Data::Dumper::"))
      seen.cannotTell();
    // A bare word as the key of a hash, and in front of `=>`.
    const owner = tokens[at - 2];
    const key =
      before?.kind === "op" &&
      before.text === "{" &&
      next?.kind === "op" &&
      next.text === "}" &&
      ((owner?.kind === "name" && owner.text.startsWith("$")) ||
        (owner?.kind === "op" && /^(->|\}|\])$/.test(owner.text)));
    if (key || (next?.kind === "op" && next.text === "=>")) {
      rest.push({ kind: "string", text: token.text, inner: [] });
      continue;
    }
    // Who the process is, is a variable: to set it is to become another.
    if (/^\$[<>()]$/.test(token.text) && next?.kind === "op" && next.text === "=") takeRights(seen);
    // `*name = …` gives a variable another one's place.
    if (
      before?.kind === "op" &&
      before.text === "*" &&
      !/^[$@%]/.test(token.text) &&
      next?.kind === "op" &&
      next.text === "="
    )
      seen.cannotTell();
    if (token.text === "do" && !(next?.kind === "op" && next.text === "{")) seen.cannotTell();
    // Closing the file that is read is how lines are counted anew in the next one.
    const isClosed = token.text === "ARGV" && before?.kind === "name" && before.text === "close";
    if (/^(ARGV|INC|ENV|SIG|ARGVOUT)$/.test(token.text) && !isClosed) seen.cannotTell();
    if (/^\$\{?\^/.test(token.text) && !/^\$\{?\^[WOVTX]/.test(token.text)) seen.cannotTell();
    if (
      token.text === "$ARGV" &&
      tokens.slice(at, at + 7).some((one) => one.kind === "op" && one.text.endsWith("="))
    )
      seen.cannotTell();
    const entry = tokens[at + 2];
    if (token.text === "$ENV" && (entry?.kind === "name" || entry?.kind === "string"))
      seesVariable(entry.text ?? undefined, seen);
    if (
      token.text === "$ENV" &&
      tokens.slice(at, at + 6).some((one) => one.kind === "op" && one.text === "=")
    )
      seen.cannotTell();
    // A handle is a word in capitals that is neither called nor a class.
    const called = next?.kind === "op" && /^(\(|->|::)$/.test(next.text);
    if (
      /^[A-Z][A-Z0-9_]*$/.test(token.text) &&
      !KEYWORDS.has(token.text) &&
      token.text !== "CORE" &&
      !called
    ) {
      rest.push({ kind: "name", text: `$${token.text}` });
      continue;
    }
    if (token.text.startsWith("$") || token.text.startsWith("@") || token.text.startsWith("%")) {
      if (
        GLOBALS.has(token.text) &&
        !(token.text === "$ARGV" && isShown(before, next)) &&
        !(
          token.text === "$ARGV" &&
          next?.kind === "op" &&
          next.text === "[" &&
          after?.kind === "number"
        )
      )
        seen.cannotTell();
      // `${"name"}` and `@$name` reach variables by a computed name only where those names are known to the program.
      rest.push(token);
      continue;
    }
    rest.push(token);
  }
  return { tokens: rest, aliases: new Map() };
}

/** Whether a variable is printed or put beside other texts, and not changed: `print $ARGV, $_` and `"$ARGV:$_"`. */
function isShown(before: Token | undefined, next: Token | undefined): boolean {
  const isRead =
    before === undefined ||
    before.kind === "end" ||
    (before.kind === "op" && /^[,.]$/.test(before.text)) ||
    (before.kind === "name" && /^(?:print|say|printf)$/.test(before.text));
  return isRead && !(next?.kind === "op" && /=|^(?:\+\+|--|\[|\{|->)/.test(next.text));
}

/** What a program that only prints one text prints. */
export const printedByPerl = printedBy(perl, new Set(["print"]), "");
