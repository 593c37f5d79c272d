// Names of Perl: which modules, variables and handles a program speaks of, and which of them say that more may happen.
import { seesVariable } from "../evaluation/call-effects.ts";
import type { Prepared } from "../evaluation/language.ts";
import type { Observations } from "../evaluation/observations.ts";
import { type Token, words } from "../evaluation/tokens.ts";

/** Words of the language itself. */
export const KEYWORDS = words(
  "if elsif else unless while until for foreach do last next redo return my our local sub and or not xor eq ne lt gt le ge cmp x BEGIN END print printf say given when default __END__ __PACKAGE__ __FILE__ __LINE__ STDIN STDOUT STDERR",
);

/** Everything else that perl itself defines. */
export const GLOBALS = words(
  "accept alarm bind caller chown chroot connect continue crypt dbmclose dbmopen dump endgrent endhostent eval evalbytes exec fc fcntl flock fork format formline getc getlogin getpeername getpgrp getppid getpriority getpwnam getpwuid getpwent gethostbyname getsockopt glob goto import ioctl link listen lock mkdir msgctl msgget no open opendir package pipe prototype readdir readlink readpipe recv rename require reset rmdir select send setpgrp setpriority setsockopt shmctl shutdown socket socketpair study symlink syscall sysopen sysread sysseek system syswrite tie tied truncate umask unlink untie use utime vec wait waitpid write CORE __unknown_part__",
  "@ARGV $ARGV @INC %INC %SIG $SIG $INC",
);

const MODULES = words(
  "strict warnings utf8 feature List::Util Data::Dumper MIME::Base64 POSIX Time::HiRes Digest::MD5 Digest::SHA JSON::PP integer bigint Scalar::Util constant vars open Encode Text::Wrap Time::Local File::Path File::Copy File::Basename File::Spec Cwd Getopt::Long",
);

function takeRights(seen: Observations): void {
  seen.add({ kind: "effect", effect: { kind: "privilege", means: "setuid", user: undefined } });
}

/** The tokens that remain without modules, with handles and keys of hashes as what they are. */
export function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind !== "name") {
      rest.push(token);
      continue;
    }
    const [before, next] = [tokens[at - 1], tokens[at + 1]];
    if (/^(use|no)$/.test(token.text) && (before === undefined || before.kind === "end")) {
      if (!isKnownUse(next)) seen.cannotTell();
      // What follows is an expression that perl works out before anything else: `use POSIX (print `cat x`)`.
      at += tokens[at + 2]?.kind === "number" ? 2 : 1;
      continue;
    }
    if (/^[$@%].*::/.test(token.text) && !token.text.startsWith("$Data::Dumper::"))
      seen.cannotTell();
    if (isHashKey(tokens, at)) {
      rest.push({ kind: "string", text: token.text, inner: [] });
      continue;
    }
    noteChanges(tokens, at, seen);
    if (isHandle(token.text, next)) {
      rest.push({ kind: "name", text: `$${token.text}` });
      continue;
    }
    if (/^[$@%]/.test(token.text) && GLOBALS.has(token.text) && !isPlainFile(tokens, at))
      seen.cannotTell();
    // `${"name"}` and `@$name` reach variables by a computed name only where those names are known to the program.
    rest.push(token);
  }
  return { tokens: rest, aliases: new Map() };
}

/** Whether `use` speaks of a version, or of a module that is known. */
function isKnownUse(next: Token | undefined): boolean {
  return (
    next?.kind === "number" ||
    (next?.kind === "name" && (MODULES.has(next.text) || /^v\d/.test(next.text)))
  );
}

/** A bare word as the key of a hash, and in front of `=>`. */
function isHashKey(tokens: readonly Token[], at: number): boolean {
  const [owner, before, next] = [tokens[at - 2], tokens[at - 1], tokens[at + 1]];
  const isKey =
    before?.kind === "op" &&
    before.text === "{" &&
    next?.kind === "op" &&
    next.text === "}" &&
    ((owner?.kind === "name" && owner.text.startsWith("$")) ||
      (owner?.kind === "op" && /^(->|\}|\])$/.test(owner.text)));
  return isKey || (next?.kind === "op" && next.text === "=>");
}

/** Notes what the name at a place changes of the process, of other variables, and of the files that are read. */
function noteChanges(tokens: readonly Token[], at: number, seen: Observations): void {
  const token = tokens[at];
  if (token?.kind !== "name") return;
  const [before, next] = [tokens[at - 1], tokens[at + 1]];
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
}

/** A handle is a word in capitals that is neither called nor a class. */
function isHandle(name: string, next: Token | undefined): boolean {
  const called = next?.kind === "op" && /^(\(|->|::)$/.test(next.text);
  return /^[A-Z][A-Z0-9_]*$/.test(name) && !KEYWORDS.has(name) && name !== "CORE" && !called;
}

/** Whether the name at a place is the file that is read, and is only shown, or one of the files by its number. */
function isPlainFile(tokens: readonly Token[], at: number): boolean {
  const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.kind !== "name" || token.text !== "$ARGV") return false;
  const isNumbered = next?.kind === "op" && next.text === "[" && tokens[at + 2]?.kind === "number";
  return isShown(before, next) || isNumbered;
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
