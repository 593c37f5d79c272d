// One installation: its fixed port, its secrets and its trust bundle, made once and kept.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { refuseOtherFormat } from "#govern/settings/format-version.ts";
import { userId } from "#platform/user.ts";
import {
  dataDirectory,
  type Directories,
  prepareDirectories,
} from "../../foundation/files/directories.ts";
import {
  createPrivateFile,
  readPrivateFile,
  writePrivateFile,
} from "../../foundation/files/private-file.ts";
import { lockHolder } from "../../foundation/files/process-lock.ts";
import { ensureSecret } from "./secrets.ts";
import { bundlePath, ensureAuthority, trustBundle } from "../../foundation/tls/tls.ts";

/** What the daemon and those who talk to it need to know of an installation. */
export type Install = {
  readonly directories: Directories;
  /** The one port, on 127.0.0.1, that guarded projects name in their hooks. */
  readonly port: number;
  /** Certificate of our authority, PEM: what a client of ours trusts, and nothing else. */
  readonly authority: string;
  /** File for `NODE_EXTRA_CA_CERTS`: our authority and the company's certificates. */
  readonly caBundlePath: string;
  /** Said once to a person: certificates of the company that could not be taken over. */
  readonly bundleProblem: string | undefined;
};

/** Below the range from which Linux and macOS take ports for outgoing connections. */
const PORT_FIRST = 21_000;
const PORT_COUNT = 8_000;
const PORT_ATTEMPTS = 64;

/** Version of the format of `state.json`. Raising it needs a step in `surface/services/program/data-formats.ts`. */
export const STATE_VERSION = 1;

const stateSchema = v.strictObject({
  version: v.literal(STATE_VERSION),
  port: v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_535)),
  companyBundle: v.optional(v.pipe(v.string(), v.minLength(1))),
});
type State = v.InferOutput<typeof stateSchema>;

/**
 * Makes the installation on first use and returns it ever after. The port is chosen once: the one derived from user id
 * and data directory, or a random one when that is taken. `companyBundle` is the file that `NODE_EXTRA_CA_CERTS` names before we do; it
 * is remembered. Throws a Failure when the data directory cannot be trusted or read.
 */
export async function ensureInstall(
  options: { root?: string; companyBundle?: string | undefined; nowMs?: number } = {},
): Promise<Install> {
  const directories = prepareDirectories(options.root ?? dataDirectory());
  const authority = ensureAuthority(directories.tls, options.nowMs ?? Date.now()).certificate;
  ensureSecret(directories, "install");
  ensureSecret(directories, "operator");
  ensureSecret(directories, "telemetry");
  const bundle = bundlePath(directories.tls);
  const before = readState(directories.stateFile) ?? (await chooseState(directories));
  const state = withCompanyBundle(before, options.companyBundle, bundle);
  const built = trustBundle(authority, state.companyBundle);
  if (readPrivateFile(bundle, { secret: false }) !== built.text)
    writePrivateFile(bundle, built.text);
  if (state !== before) writePrivateFile(directories.stateFile, formatState(state));
  return {
    directories,
    port: state.port,
    authority,
    caBundlePath: bundle,
    bundleProblem: built.problem,
  };
}

/**
 * Reads an installation that exists, without making anything; undefined when there is none. `stateText` stands for the
 * content of the state's file where that is still of another format.
 */
export function readInstall(directories: Directories, stateText?: string): Install | undefined {
  const state = readState(directories.stateFile, stateText);
  const pair = readPrivateFile(join(directories.tls, "authority.pem"), { secret: true });
  const authority = pair?.match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/,
  )?.[0];
  if (state === undefined || authority === undefined) return undefined;
  const caBundlePath = bundlePath(directories.tls);
  return { directories, port: state.port, authority, caBundlePath, bundleProblem: undefined };
}

/** The installation whose daemon runs now; undefined where none does. */
export function runningInstall(directories: Directories): Install | undefined {
  return lockHolder(directories.lockFile) === undefined ? undefined : readInstall(directories);
}

/** The answer to a health challenge: who knows the install secret can make it, and it fits one daemon process only. */
export function healthProof(secret: string, nonce: string, identity: string): string {
  return createHmac("sha256", secret)
    .update(`sallyport/health/v1\0${nonce}\0${identity}`)
    .digest("hex");
}

/** Whether two texts are equal, in a time that does not tell how much of them is. */
export function equalSecrets(left: string, right: string): boolean {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac("sha256", key).update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function readState(path: string, given?: string): State | undefined {
  const text = given ?? readPrivateFile(path, { secret: true });
  if (text === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(text);
    refuseOtherFormat(content, STATE_VERSION, path);
    return v.parse(stateSchema, content);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "install",
      `\`${path}\` is damaged; restore it, or remove it and guard each project again`,
      { cause, at: { file: path } },
    );
  }
}

async function chooseState({ root, stateFile: path }: Directories): Promise<State> {
  const state: State = { version: STATE_VERSION, port: await choosePort(root) };
  if (createPrivateFile(path, formatState(state))) return state;
  return readState(path) ?? state;
}

function formatState(state: State): string {
  return `${JSON.stringify(state, undefined, 2)}\n`;
}

/** Remembers the company's bundle, unless what the environment names is our own bundle already. */
function withCompanyBundle(state: State, given: string | undefined, ours: string): State {
  if (given === undefined || given === "") return state;
  const path = resolve(given);
  return path === ours || path === state.companyBundle ? state : { ...state, companyBundle: path };
}

/** The port that an installation takes when it is free: another one for each user and data directory. */
export function preferredPort(userId: number, root: string): number {
  const digest = createHash("sha256").update(`sallyport/port/v1\0${userId}\0${root}`).digest();
  return PORT_FIRST + (digest.readUInt32BE() % PORT_COUNT);
}

async function choosePort(root: string): Promise<number> {
  const preferred = preferredPort(userId() ?? 0, root);
  if (await isFree(preferred)) return preferred;
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = PORT_FIRST + (randomBytes(4).readUInt32BE() % PORT_COUNT);
    if (await isFree(port)) return port;
  }
  throw new Failure("port", "found no free port for the daemon; free some and try again");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      probe.close(() => resolve(true));
    });
  });
}
