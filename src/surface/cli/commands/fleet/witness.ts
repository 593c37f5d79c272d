// `sallyport witness`: run a witness for logs on other machines, and name the witnesses of the log here.
import { join, resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { parseWitnessKey } from "#record/log/cosignature.ts";
import { takeLock } from "#record/store/files/lock.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { readPem } from "../../../services/fleet/collector-settings.ts";
import { serveWitness } from "../../../services/witness/server.ts";
import { openWitness, type WitnessPlace } from "../../../services/witness/witness-place.ts";
import {
  checkUrl,
  readWitnessList,
  writeWitnessList,
} from "../../../services/witness/witness-list.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { readLogKey } from "../../log/trust-files.ts";

const PORT = 8479;
const placeOptions = {
  state: {
    type: "string",
    valueHint: "DIR",
    description: "directory of the witness (default: `witness` in the data directory)",
  },
  name: {
    type: "string",
    valueHint: "NAME",
    description: "how a new witness is called, such as witness.example.com/one",
  },
  ...dataOption,
  ...jsonOption,
} as const;
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

function openPlace(args: {
  readonly state?: string | undefined;
  readonly name?: string | undefined;
  readonly data?: string | undefined;
}): Promise<WitnessPlace> {
  return openWitness(placeDirectory(args), args.name);
}

function placeDirectory({
  state,
  data,
}: {
  readonly state?: string | undefined;
  readonly data?: string | undefined;
}): string {
  return state === undefined ? join(data ?? dataDirectory(), "witness") : resolve(state);
}

export const keyCommand = defineCommand({
  meta: {
    name: "key",
    description:
      "Print the key by which others know this witness; makes one when there is none. Example: sallyport witness key --name witness.example.com/one",
  },
  args: placeOptions,
  async run({ args }) {
    const { cosigner } = await openPlace(args);
    const { name, text } = cosigner.verifier;
    await tell(args, { name, key: text }, text);
  },
});

export const trustCommand = defineCommand({
  meta: {
    name: "trust",
    description:
      "Cosign one more log, by its verifier key. Example: sallyport witness trust sallyport/0123456789abcdef+...",
  },
  args: {
    key: { type: "positional", required: true, description: "the log's key, or a file with it" },
    ...placeOptions,
  },
  async run({ args }) {
    const place = await openPlace(args);
    const key = await readLogKey(args.key);
    const isNew = await place.trust(key);
    await tell(
      args,
      { outcome: isNew ? "trusted" : "unchanged", name: key.name, key: key.text },
      `${printable(key.name)} is ${isNew ? "trusted now" : "trusted already"}`,
    );
  },
});

export const serveCommand = defineCommand({
  meta: {
    name: "serve",
    description: `Answer logs that ask for a cosignature (C2SP tlog-witness), until interrupted

  sallyport witness serve                                     on this machine only
  sallyport witness serve --host 0.0.0.0 --cert C --tls-key K  for other machines
  sallyport witness serve --host 0.0.0.0 --behind-proxy        where a proxy in front speaks TLS`,
  },
  args: {
    host: {
      type: "string",
      default: "127.0.0.1",
      valueHint: "ADDRESS",
      description: "listen here",
    },
    port: { type: "string", default: String(PORT), valueHint: "N", description: "0: any free one" },
    cert: { type: "string", valueHint: "FILE", description: "certificate chain in PEM" },
    "tls-key": { type: "string", valueHint: "FILE", description: "its private key in PEM" },
    "behind-proxy": { type: "boolean", description: "plain HTTP to other machines, on purpose" },
    ...placeOptions,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const { host, cert } = args;
    const tlsKey = args["tls-key"];
    if ((cert === undefined) !== (tlsKey === undefined))
      throw new Failure("usage", "`--cert` and `--tls-key` belong together");
    if (!LOOPBACK.includes(host) && cert === undefined && args["behind-proxy"] !== true)
      throw new Failure(
        "usage",
        `\`${printable(host)}\` is reached from other machines: give \`--cert\` and \`--tls-key\`, or say \`--behind-proxy\``,
      );
    const place = await openPlace(args);
    // Two servers on one state could cosign two trees.
    const lock = await takeLock(placeDirectory(args));
    try {
      const tls =
        cert === undefined || tlsKey === undefined
          ? {}
          : { tls: { cert: await readPem(cert), key: await readPem(tlsKey) } };
      const server = await serveWitness({
        place,
        host,
        port: portOf(args.port),
        ...tls,
        nowMs: () => Date.now(),
        report: (origin, why) => terminal.warn(`refused ${printable(origin)}: ${why}`),
      });
      const logs = place.logKeys().length;
      const scheme = cert === undefined ? "http" : "https";
      const { name } = place.cosigner.verifier;
      const url = `${scheme}://${host}:${server.port}`;
      await tell(
        args,
        { outcome: "listens", name, logs, url },
        `witness ${printable(name)} for ${logs} logs\nlistens on ${url}`,
      );
      await untilAskedToEnd();
      await server.close();
    } finally {
      await lock.release();
    }
  },
});

export const addCommand = defineCommand({
  meta: {
    name: "add",
    description:
      "Have the log here cosigned by a witness; the daemon asks it from its next round on. Example: sallyport witness add https://witness.example.com witness.example.com/one+...",
  },
  args: {
    url: { type: "positional", required: true, description: "the witness's address" },
    key: { type: "positional", required: true, description: "the witness's key" },
    quorum: { type: "string", valueHint: "N", description: "how many witnesses must cosign" },
    interval: { type: "string", valueHint: "SECONDS", description: "how often they are asked" },
    ca: { type: "string", valueHint: "FILE", description: "authority of witnesses, in PEM" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { witnessesFile: file, keys } = directoriesIn(args.data ?? dataDirectory());
    const list = readWitnessList(file);
    const key = parseWitnessKey(args.key);
    if (key === undefined)
      throw new Failure(
        "usage",
        "that is no key of a witness: `sallyport witness key` there shows it",
      );
    const url = checkUrl(args.url);
    const others = list.witnesses.filter((item) => item.key.text !== key.text);
    const witnesses = [...others, { url, key }];
    const quorum = args.quorum === undefined ? list.quorum : whole(args.quorum, "--quorum");
    if (quorum < 1 || quorum > witnesses.length)
      throw new Failure("usage", `\`--quorum\` is a number from 1 to ${witnesses.length}`);
    const ca = args.ca === undefined ? list.ca : await readPem(args.ca);
    const intervalS =
      args.interval === undefined ? list.intervalS : whole(args.interval, "--interval");
    writeWitnessList(file, { witnesses, quorum, intervalS, ...(ca === undefined ? {} : { ca }) });
    readWitnessList(file);
    const logKeyFile = join(keys, "verifier-key");
    const asked = { name: key.name, url, key: key.text, quorum, intervalS };
    await tell(
      args,
      { outcome: "added", ...asked, logKeyFile },
      `${printable(key.name)} is asked at ${printable(url)}; it must trust this log: \`sallyport witness trust KEY\` there, with ${printable(logKeyFile)}`,
    );
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: "Ask a witness no more. Example: sallyport witness remove witness.example.com/one",
  },
  args: {
    witness: { type: "positional", required: true, description: "its name" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const file = directoriesIn(args.data ?? dataDirectory()).witnessesFile;
    const list = readWitnessList(file);
    const witnesses = list.witnesses.filter(({ key }) => key.name !== args.witness);
    if (witnesses.length === list.witnesses.length)
      throw new Failure("usage", `no witness is called \`${printable(args.witness)}\``);
    const quorum = Math.max(1, Math.min(list.quorum, witnesses.length));
    writeWitnessList(file, { ...list, witnesses, quorum });
    await tell(
      args,
      { outcome: "removed", name: args.witness, quorum },
      `${printable(args.witness)} is not asked any more`,
    );
  },
});

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The witnesses of the log here: name, address, key. Example: sallyport witness list --json",
  },
  args: { ...dataOption, ...jsonOption },
  run({ args }) {
    const list = readWitnessList(directoriesIn(args.data ?? dataDirectory()).witnessesFile);
    const terminal = openTerminal();
    if (args.json === true) {
      const { witnesses, quorum, intervalS } = list;
      const named = witnesses.map(({ url, key }) => ({ name: key.name, url, key: key.text }));
      return terminal.print(printableJson({ witnesses: named, quorum, intervalS }));
    }
    for (const { url, key } of list.witnesses)
      terminal.print(`${printable(key.name)}  ${printable(url)}  ${printable(key.text)}`);
    if (list.witnesses.length === 0) terminal.print("nobody is asked: `sallyport witness add`");
    else terminal.print(`asked every ${list.intervalS} s, ${list.quorum} must cosign`);
  },
});

function portOf(text: string): number {
  const port = whole(text, "--port");
  if (port > 65_535) throw new Failure("usage", "`--port` is a number up to 65535");
  return port;
}

function whole(text: string, what: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Failure("usage", `\`${what}\` is a whole number`);
  return Number(text);
}
