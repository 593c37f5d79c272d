// The words with which git starts ssh, in the forms that git has and no other.
import type { SshAddress } from "#guard/effects/git/remote-addresses.ts";

/** What git wants of which repository. */
export type SshRequest = {
  readonly service: "git-upload-pack" | "git-receive-pack" | "git-upload-archive";
  readonly address: SshAddress;
  /** Which kind of addresses of machines. */
  readonly family: "-4" | "-6" | undefined;
};

const WORDS_MAX = 8;
const WORD_CHARS_MAX = 8_192;
const SERVICE =
  /^(git-upload-pack|git-receive-pack|git-upload-archive) '((?:[^'!\0\r\n]|'\\['!]')+)'$/;

/** Reads the words; what is wrong with them otherwise, for who asks. */
export function sshRequest(words: readonly string[]): SshRequest | { readonly why: string } {
  const refused = { why: "it was asked for in a form that git does not use" };
  if (words.length > WORDS_MAX || words.some((word) => word.length > WORD_CHARS_MAX))
    return refused;
  const rest = [...words];
  if (rest[0] === "-o" && rest[1] === "SendEnv=GIT_PROTOCOL") rest.splice(0, 2);
  const family = rest[0] === "-4" || rest[0] === "-6" ? rest[0] : undefined;
  if (family !== undefined) rest.shift();
  let port: string | undefined;
  if (rest[0] === "-p" && /^\d{1,5}$/.test(rest[1] ?? "")) [, port] = rest.splice(0, 2);
  const [login = "", line = "", ...more] = rest;
  if (more.length > 0 || login === "" || login.startsWith("-") || /[\s\0]/.test(login))
    return refused;
  if (line.startsWith("git-lfs-"))
    return {
      why: "files of git-lfs do not come over ssh in a held call; ask the person to fetch or push them",
    };
  const [, service, quoted] = SERVICE.exec(line) ?? [];
  if (service === undefined || quoted === undefined) return refused;
  const path = quoted.replace(/'\\(['!])'/g, "$1");
  if (path.startsWith("-")) return refused;
  return { service: service as SshRequest["service"], address: { login, port, path }, family };
}

/** The same words again, for a program that takes those of ssh. */
export function sshWords(
  { service, address: { login, port, path }, family }: SshRequest,
  hasProtocol: boolean,
): readonly string[] {
  const quoted = `'${path.replace(/['!]/g, "'\\$&'")}'`;
  return [
    // WHY: one that is there is used, but none that would live on is made for this call.
    ...["-o", "ControlMaster=no"],
    ...(hasProtocol ? ["-o", "SendEnv=GIT_PROTOCOL"] : []),
    ...(family === undefined ? [] : [family]),
    ...(port === undefined ? [] : ["-p", port]),
    ...["--", login, `${service} ${quoted}`],
  ];
}

/** What may stand in the variable by which git and a server agree on how they speak. */
export function isProtocol(value: string): boolean {
  return /^version=[0-2](?::[\w.=-]{1,64}){0,4}$/.test(value);
}
