// Answers one request for a signature, or for a look at one: what is asked is read strictly, and the person's own program does it.
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isWithin, parentPath } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import type { SignatureUse } from "#guard/vocabulary/signature-use.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { atHome, personEnvironment } from "../start/person-settings.ts";
import { type PersonSigning, personSigning } from "./person-signing.ts";
import { runSigner, type SignerRun } from "./run-signer.ts";
import { signedPayload } from "./signed-payload.ts";
import { signingWords, type SigningWords } from "./signing-words.ts";

/** What the inside asks: words of git, what it says to the program, and the files among its words. */
export type SigningRequest = {
  readonly words: readonly string[];
  readonly directory: string;
  readonly input: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** A call that may have signatures. */
export type SigningCall = {
  readonly uses: readonly SignatureUse[];
  readonly home: string;
  readonly projectRoot: string;
  /** A directory of the call's own that it does not see. */
  readonly folder: string;
  /** What the shell that runs it says of `PERSON_VARIABLES`. */
  said(): Promise<ReadonlyMap<string, string>>;
  /** Ends with the call, and with who asked. */
  readonly over: AbortSignal;
};

/** What was signed: `object` is the name of the commit's tree, or of what the tag is of. */
export type MadeSignature = { readonly kind: "commit" | "tag"; readonly object: string };

/** What the inside is told. */
export type SigningReply = {
  readonly status: number;
  readonly output: Uint8Array;
  readonly errors: Uint8Array;
  /** The file that `ssh-keygen` would have put beside the payload. */
  readonly signature?: Uint8Array;
  /** The key is none of the person's: who asks may have it. */
  readonly isElsewhere?: true;
  readonly made?: MadeSignature;
  /** Why nothing was signed, for the agent. */
  readonly why?: string;
};

const SIGNATURE_BYTES_MAX = 64 * 1024;
const KEY_BYTES_MAX = 16 * 1024;
const SAID_CHARS_MAX = 500;
const NOTHING = new Uint8Array();

/** Answers. Rejects only for faults of ours, such as a full disk. */
export async function makeSignature(
  request: SigningRequest,
  call: SigningCall,
): Promise<SigningReply> {
  const words = signingWords(request.words);
  if (words === undefined) return refused("it was asked for in a form that git does not use");
  const isLook = words.kind === "ssh-look" || words.kind === "gpg-look";
  const text = words.kind === "ssh-sign" ? request.files.get(words.payload) : request.input;
  const payload = isLook ? undefined : signedPayload(text ?? NOTHING);
  if (payload?.kind === "refused") return refused(payload.why);
  if (payload !== undefined && !call.uses.includes(payload.kind))
    return refused(`this call was not judged to make a ${payload.kind}`);
  const person = await personSigning({
    home: call.home,
    projectRoot: call.projectRoot,
    directory: isAbsolute(request.directory) ? realPath(request.directory) : "/",
  });
  if (person === undefined)
    return refused("your own settings of git cannot be told, or the project has a say in them");
  const work = new Work(request, call, person);
  try {
    const done = await work.do(words);
    return payload === undefined || done.status !== 0 ? done : { ...done, made: payload };
  } finally {
    work.clear();
  }
}

/** Nothing was signed. */
export function refused(why: string): SigningReply {
  const errors = Buffer.from(`sallyport: nothing was signed: ${why}\n`);
  return { status: 1, output: NOTHING, errors, why };
}

const PROGRAM_MISSING = "the program that signs, by your own settings of git, is not there";
const OTHER_KEY =
  "the key is not the one of the person's own settings of git, and no agent of theirs holds it. Leave `user.signingkey` of the repository unset, or ask the person to run `git config --global user.signingkey`";

class Work {
  readonly #request: SigningRequest;
  readonly #call: SigningCall;
  readonly #person: PersonSigning;
  readonly #made: string[] = [];

  constructor(request: SigningRequest, call: SigningCall, person: PersonSigning) {
    this.#request = request;
    this.#call = call;
    this.#person = person;
  }

  async do(words: SigningWords): Promise<SigningReply> {
    switch (words.kind) {
      case "ssh-sign":
        return await this.#signBySsh(words);
      case "ssh-look":
        return await this.#lookBySsh(words);
      case "gpg-sign":
        return await this.#signByGpg(words.key);
      case "gpg-look":
        return await this.#lookByGpg(words.signature);
      default:
        return words satisfies never;
    }
  }

  clear(): void {
    for (const file of this.#made) rmSync(file, { force: true });
  }

  async #signBySsh(words: SigningWords & { kind: "ssh-sign" }): Promise<SigningReply> {
    const { ssh } = this.#person;
    if (ssh === undefined) return refused(PROGRAM_MISSING);
    const key = await this.#sshKey(words);
    if (key === undefined) return { ...refused(OTHER_KEY), isElsewhere: true };
    const payload = this.#file(this.#request.files.get(words.payload) ?? NOTHING);
    this.#made.push(`${payload}.sig`);
    const named =
      "literal" in key
        ? ["-f", this.#file(Buffer.from(`${key.literal}\n`)), "-U"]
        : ["-f", key.path];
    const run = await this.#run(ssh, ["-Y", "sign", "-n", "git", ...named, payload]);
    if (run.kind === "absent") return refused(PROGRAM_MISSING);
    const signature = await readRegularFile(`${payload}.sig`, SIGNATURE_BYTES_MAX);
    const isMade =
      run.status === 0 && begins(signature?.bytes ?? NOTHING, "-----BEGIN SSH SIGNATURE-----");
    if (!isMade || signature === undefined) return refused(`the person's program ${saidBy(run)}`);
    return { status: 0, output: NOTHING, errors: NOTHING, signature: signature.bytes };
  }

  /** The key with which it is signed: that of the person's settings, or one that their agent holds. */
  async #sshKey({
    key,
    isLiteral,
  }: SigningWords & { kind: "ssh-sign" }): Promise<
    { readonly literal: string } | { readonly path: string } | undefined
  > {
    const { home, projectRoot } = this.#call;
    const { keys } = this.#person;
    const isOwn = (own: string): boolean => key === own || key === atHome(own, home);
    if (!isLiteral && keys.some((own) => literalIn(own) === undefined && isOwn(own))) {
      const path = atHome(key, home) ?? "";
      return isAbsolute(path) && !isWithin(projectRoot, realPath(path)) ? { path } : undefined;
    }
    const asked = isLiteral
      ? publicKey(this.#request.files.get(key) ?? NOTHING)
      : await this.#publicFile(key);
    if (asked === undefined) return undefined;
    const literals = keys.map((own) => publicKey(Buffer.from(literalIn(own) ?? "")));
    if (literals.includes(asked)) return { literal: asked };
    const held = await this.#run("/usr/bin/ssh-add", ["-L"]);
    const lines = held.kind === "ended" ? held.output.toString("latin1").split("\n") : [];
    return lines.some((line) => publicKey(Buffer.from(line)) === asked)
      ? { literal: asked }
      : undefined;
  }

  /** The public key of a file where people keep theirs; nothing of it is told to who asks. */
  async #publicFile(key: string): Promise<string | undefined> {
    const file = key.endsWith(".pub") ? key : `${key}.pub`;
    if (parentPath(file) !== join(this.#call.home, ".ssh")) return undefined;
    const read = await readRegularFile(file, KEY_BYTES_MAX);
    return read?.complete === true ? publicKey(read.bytes) : undefined;
  }

  async #lookBySsh(words: SigningWords & { kind: "ssh-look" }): Promise<SigningReply> {
    const { ssh, signers, takenBack } = this.#person;
    if (ssh === undefined) return refused(PROGRAM_MISSING);
    if (signers === undefined || words.signers !== signers)
      return refused(
        "the file with the keys of those who sign is none of the person's own settings",
      );
    const signature = this.#file(this.#request.files.get(words.signature) ?? NOTHING);
    const isVerify = words.verb === "verify";
    const run = await this.#run(
      ssh,
      [
        ...["-Y", words.verb, ...(isVerify ? ["-n", "git"] : []), "-f", signers],
        ...(words.principal === undefined ? [] : ["-I", words.principal]),
        ...["-s", signature, ...(words.time === undefined ? [] : [words.time])],
        ...(isVerify && takenBack !== undefined ? ["-r", takenBack] : []),
      ],
      isVerify ? this.#request.input : undefined,
    );
    return run.kind === "absent" ? refused(PROGRAM_MISSING) : passed(run);
  }

  async #signByGpg(key: string): Promise<SigningReply> {
    const { gpg, keys, people } = this.#person;
    if (gpg === undefined) return refused(PROGRAM_MISSING);
    if (!(keys.length > 0 ? keys : people).includes(key))
      return { ...refused(OTHER_KEY), isElsewhere: true };
    const run = await this.#run(gpg, ["--status-fd=2", "-bsau", key], this.#request.input);
    if (run.kind === "absent") return refused(PROGRAM_MISSING);
    const isMade = run.status === 0 && begins(run.output, "-----BEGIN PGP SIGNATURE-----");
    return isMade ? passed(run) : refused(`the person's program ${saidBy(run)}`);
  }

  async #lookByGpg(file: string): Promise<SigningReply> {
    const { gpg } = this.#person;
    if (gpg === undefined) return refused(PROGRAM_MISSING);
    const signature = this.#file(this.#request.files.get(file) ?? NOTHING);
    // WHY without a network: which key is asked for, and where, the signature itself may say.
    const quiet = ["--no-tty", "--disable-dirmngr", "--no-auto-key-retrieve"];
    const looks = ["--keyid-format=long", "--status-fd=1", "--verify", signature, "-"];
    const run = await this.#run(gpg, [...quiet, ...looks], this.#request.input);
    return run.kind === "absent" ? refused(PROGRAM_MISSING) : passed(run);
  }

  async #run(program: string, words: readonly string[], input?: Uint8Array): Promise<SignerRun> {
    const { said, over } = this.#call;
    const environment = personEnvironment(await said(), this.#call);
    return await runSigner(program, words, {
      environment,
      over,
      ...(input === undefined ? {} : { input }),
    });
  }

  #file(bytes: Uint8Array): string {
    const path = join(this.#call.folder, `sign-${randomBytes(6).toString("hex")}`);
    this.#made.push(path);
    writeFileSync(path, bytes, { mode: 0o600, flag: "wx" });
    return path;
  }
}

function passed({ status, output, errors }: SignerRun & { kind: "ended" }): SigningReply {
  return { status, output, errors };
}

/** The end of what a program says, which names what it lacks: a key, an agent, an answer. */
function saidBy({ output, errors }: SignerRun & { kind: "ended" }): string {
  const text = Buffer.concat([output, errors])
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("[GNUPG:]"))
    .join("; ");
  const words = printable(text.slice(-SAID_CHARS_MAX)).trim();
  return words === "" ? "failed without a word" : `says: ${words}`;
}

function begins(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).subarray(0, text.length).toString("latin1") === text;
}

/** The public key itself, where the setting holds one and no path. */
function literalIn(key: string): string | undefined {
  if (key.startsWith("key::")) return key.slice("key::".length);
  return key.startsWith("ssh-") ? key : undefined;
}

/** Kind and body of a public key, without its comment; undefined for what is none. */
function publicKey(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, KEY_BYTES_MAX)).toString("latin1");
  return /^((?:sk-)?(?:ssh|ecdsa)-[\w@.-]{1,64} [A-Za-z0-9+/]{16,8192}={0,2})(?:[ \t\r\n]|$)/.exec(
    text,
  )?.[1];
}
