// What a named policy says without effect, with what this program knows of the client's tools and of the packs that ship.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type WithoutEffect, withoutEffect } from "#govern/policy/without-effect.ts";
import { shippedPack } from "../../services/policy/policy-source.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { NamedPolicy } from "./chosen-policy.ts";

/** Everything in a policy's own text that has no effect, in the order of its file. */
export function idleIn({ text, from, whole }: NamedPolicy): readonly WithoutEffect[] {
  const tools = loadCatalogue().tools.map(({ name }) => name);
  return withoutEffect(text, from, { whole, tools, source: shippedPack });
}

/**
 * Throws a Failure `policy-idle` at the first thing that restricts less than it says. WHY before a deployment: people
 * will believe in it, and nobody sees that it is not there.
 */
export function refuseIdle(policy: NamedPolicy): void {
  const [first, ...more] = idleIn(policy).filter(({ severity }) => severity === "error");
  if (first === undefined) return;
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new Failure(
    "policy-idle",
    `\`${printable(first.rule)}\` has no effect: ${first.message}${rest}; \`sallyport policy check\` names all`,
    { at: first.at },
  );
}
