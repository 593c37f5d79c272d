// What a program prints that talked with a host: it may be what that host sent, and code where it is run.
import type { Piece, Text } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { isLoopback, parseDestination } from "./destination.ts";
import type { DataSource } from "../../vocabulary/effect.ts";

/** The consequences, of which what is printed and not known may come from the hosts that are contacted. */
export function showsNetworkResponse(consequences: readonly Consequence[]): readonly Consequence[] {
  const hosts = consequences.flatMap((one): DataSource[] => {
    if (one.kind !== "contacts") return [];
    const destination = parseDestination(one.url, one.scheme);
    return isLoopback(destination.host ?? "") ? [] : [{ kind: "network", destination }];
  });
  if (hosts.length === 0) return consequences;
  return consequences.map((one) =>
    one.kind === "output" ? { ...one, texts: one.texts.map((text) => sent(text, hosts)) } : one,
  );
}

function sent(text: Text, hosts: readonly DataSource[]): Text {
  return text.map((piece) =>
    isAnything(piece) ? { ...piece, sources: [...piece.sources, ...hosts] } : piece,
  );
}

/** What looks like something (a number, a name) is no code, and what says already who sent it need not again. */
function isAnything(piece: Piece): piece is Extract<Piece, { readonly kind: "hole" }> {
  return (
    piece.kind === "hole" &&
    piece.like === undefined &&
    !piece.sources.some(({ kind }) => kind === "network")
  );
}
