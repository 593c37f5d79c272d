// Paths of devices and of pipes that the call made: what is read of them, and which tell nothing.
import type { CallSite } from "../../shell/values/host.ts";
import { EMPTY, hole, knownPrefix, type Text, type TextSet } from "../../shell/values/text.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { EffectNotes } from "./effect-notes.ts";

/** Devices that hold nothing of anybody. */
export const QUIET_DEVICES =
  /^\/dev\/(null|zero|full|random|urandom|stdin|stdout|stderr|tty|fd\/\d+)$/;

/** Whether a path is a descriptor, as `<(...)` makes one. */
export function isPipe(path: string): boolean {
  return /^\/dev\/fd\/\d+$/.test(path);
}

/** Opens a device for the shell: gives what reading it gives; undefined for a path that is no device known here. */
export function openDevice(
  path: string,
  place: CallSite,
  { files, notes }: { readonly files: ChangedFiles; readonly notes: EffectNotes },
): TextSet | undefined {
  if (isPipe(path) && files.has(path)) return files.get(path);
  if (path === "/dev/null") return EMPTY;
  if (QUIET_DEVICES.test(path)) return [[hole("missing-fact")]];
  const network = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(path);
  if (network === null) return undefined;
  const destination = {
    host: (network[2] ?? "").toLowerCase(),
    port: Number(network[3]) || undefined,
    scheme: network[1],
  };
  notes.add({ kind: "egress", destination, carries: [{ kind: "unknown" }] }, place);
  return [[hole("dynamic-code", { sources: [{ kind: "network", destination }] })]];
}

/** Notes the connection that bash makes for `/dev/tcp/HOST/PORT` where the whole of that is not known. */
export function openSomeHost(target: Text, place: CallSite, notes: EffectNotes): void {
  const start = knownPrefix(target);
  const network = /^\/dev\/(tcp|udp)\/(?:([^/]+)\/)?/.exec(start);
  if (network === null) return;
  const destination = {
    host: network[2]?.toLowerCase(),
    port: undefined,
    scheme: network[1],
  };
  notes.add({ kind: "egress", destination, carries: [{ kind: "unknown" }] }, place);
}
