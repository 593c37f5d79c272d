// The part of a call that needs no network of its own: contacts of git, which are made for it outside.
import { httpAddress, sshAddress } from "../effects/git/remote-addresses.ts";
import { parseDestination } from "../effects/network/destination.ts";
import { literal } from "../shell/values/text.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { RemoteUse } from "../vocabulary/remote-use.ts";

/** Needs of git that are those of its contacts, so that it has none where all of them are made outside. */
export type Brokered = {
  /** What is left for the call itself. */
  readonly effects: readonly Effect[];
  /** Git reaches hosts in other ways too. */
  readonly hasOthers: boolean;
  /** Some of them are made over http. */
  readonly overHttp: boolean;
};

/**
 * Takes the contacts out that are made outside; undefined where there are none, or where one of git's in the same way leads to a remote
 * that is not known: then nobody outside can tell what is meant, and the call needs its own network for all of them. `overHttp`: whether
 * those over http can be made outside.
 */
export function brokeredOf(
  effects: readonly Effect[],
  remotes: readonly RemoteUse[],
  { overHttp: canHttp }: { readonly overHttp: boolean },
): Brokered | undefined {
  const overHttp = canHttp && remotes.some(({ url }) => httpAddress(url) !== undefined);
  const made = remotes.filter(
    ({ url }) => sshAddress(url) !== undefined || (overHttp && httpAddress(url) !== undefined),
  );
  const places = new Set(made.map(({ url }) => placeOf(parseDestination(literal(url), "ssh"))));
  const addresses = new Set(made.map(({ url }) => url));
  if (places.size === 0) return undefined;
  const left: Effect[] = [];
  let hasOthers = false;
  for (const effect of effects) {
    // What settings name in the place of ssh: it is not started, where the contact is made outside.
    const isTransport = effect.via.at(-1) === "ssh" && effect.via.at(-2) === "git";
    if (effect.via.at(-1) === "git" || isTransport) {
      if (effect.kind === "publish" && addresses.has(effect.destination ?? "")) continue;
      if (effect.kind === "egress" && effect.destination.path === undefined) {
        const { host, scheme } = effect.destination;
        if (isTransport && host === undefined) continue;
        if (places.has(placeOf(effect.destination))) continue;
        if (host === undefined || scheme === "ssh") return undefined;
        if (overHttp && /^https?$/.test(scheme ?? "")) return undefined;
        hasOthers = true;
      }
    }
    left.push(effect);
  }
  return { effects: left, hasOthers, overHttp };
}

function placeOf({
  host,
  port,
  scheme,
}: Extract<Effect, { kind: "egress" }>["destination"]): string {
  return `${scheme?.replace(/^(?:git\+ssh|ssh\+git)$/, "ssh")} ${host} ${port ?? ""}`;
}
