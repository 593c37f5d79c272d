// The witnesses that this installation asks: their addresses and keys, in `witnesses.json` of the data directory.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { parseWitnessKey, type WitnessVerifier } from "#record/log/cosignature.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

const WITNESSES_MAX = 16;

/** Where a witness is asked, and by which key it is known. */
export type WitnessEntry = { readonly url: string; readonly key: WitnessVerifier };

/** How the log is witnessed. No witnesses: nobody is asked. */
export type WitnessList = {
  readonly witnesses: readonly WitnessEntry[];
  /** How many must have cosigned before a cosigned checkpoint replaces the one before it. */
  readonly quorum: number;
  /** Seconds between two checkpoints that are sent. */
  readonly intervalS: number;
  /** A certificate authority in PEM that witnesses with a certificate of their own are trusted by. */
  readonly ca?: string;
};

const Entry = v.strictObject({ url: v.pipe(v.string(), v.maxLength(2_048)), key: v.string() });
const Schema = v.strictObject({
  witnesses: v.pipe(v.array(Entry), v.maxLength(WITNESSES_MAX)),
  quorum: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  intervalSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 60),
  ca: v.optional(v.string()),
});

const NONE: WitnessList = { witnesses: [], quorum: 1, intervalS: 60 };

/** Reads the list; without a file nobody is asked. Throws a Failure `witness` when it is not one. */
export function readWitnessList(file: string): WitnessList {
  const text = readPrivateFile(file, { secret: false });
  if (text === undefined) return NONE;
  const parsed = v.safeParse(Schema, readJson(text));
  if (!parsed.success) throw damaged(file, parsed.issues[0].message);
  const { witnesses, quorum, intervalSeconds, ca } = parsed.output;
  const entries = witnesses.map(({ url, key }) => ({
    url: checkUrl(url),
    key: parseWitnessKey(key) ?? fail(file),
  }));
  if (new Set(entries.map(({ key }) => key.text)).size < entries.length)
    throw damaged(file, "a witness stands in it twice");
  if (quorum > Math.max(1, entries.length))
    throw damaged(file, "the quorum is more than all of them");
  return {
    witnesses: entries,
    quorum,
    intervalS: intervalSeconds,
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Writes the list. */
export function writeWitnessList(file: string, list: WitnessList): void {
  const { witnesses, quorum, intervalS, ca } = list;
  const told = {
    witnesses: witnesses.map(({ url, key }) => ({ url, key: key.text })),
    quorum,
    intervalSeconds: intervalS,
    ...(ca === undefined ? {} : { ca }),
  };
  writePrivateFile(file, `${JSON.stringify(told, null, 2)}\n`);
}

/** An address that a witness may have, without the slash at its end. Plain HTTP only on this machine. */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  const isGood =
    url !== undefined &&
    (url.protocol === "https:" || (url.protocol === "http:" && isLocal)) &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (isGood) return url.href.replace(/\/+$/, "");
  throw new Failure(
    "usage",
    "the address of a witness is `https://...` without a password or query; `http://` only on this machine",
  );
}

function fail(file: string): never {
  throw damaged(file, "a key in it is no key of a witness");
}

function damaged(file: string, what: string): Failure {
  return new Failure(
    "witness",
    `\`${file}\` is no list of witnesses (${what}): correct it, or remove it and use \`sallyport witness add\``,
  );
}
