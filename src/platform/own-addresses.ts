// The addresses under which this machine is reached itself.
import { networkInterfaces } from "node:os";

/** Addresses of all interfaces, as numbers and without zones. */
export function ownAddresses(): ReadonlySet<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((interfaces) =>
      (interfaces ?? []).map(({ address }) => address.replace(/%.*$/, "").toLowerCase()),
    ),
  );
}
