// Variables that sessions get: of settings of all layers and of the environment, each with where it is set.
import type { Fault } from "./check.ts";
import { scalarOf, spotFault, spotsAt } from "./looking.ts";
import type { AuditInputs } from "./inputs/audit-inputs.ts";
import type { Layer } from "#govern/settings/catalogue.ts";

/** A variable. `value` is undefined where the environment has it and it may be a secret. */
export type SetVariable = {
  readonly name: string;
  readonly value: string | undefined;
  readonly isEmpty: boolean;
  readonly layer: Layer | "environment";
  /** Whether an address in it carries a user with a password. */
  readonly hasPassword: boolean;
  /** A fault at the place where it is set. The value is never shown. */
  readonly fault: (message: string, fix?: string) => Fault;
};

const PASSWORD = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/@\s:]*:(?!\$)[^/@\s]+@/;

/** Whether an address carries a user with a password. */
export function hasAddressPassword(value: string): boolean {
  return PASSWORD.test(value);
}

/** All variables; those of settings of `layers` alone where they are given. */
export function variablesOf(
  auditInputs: Pick<AuditInputs, "settings" | "environment">,
  layers?: readonly (Layer | "environment")[],
): readonly SetVariable[] {
  const inSettings = spotsAt(auditInputs, ["env"]).flatMap(({ document, node }): SetVariable[] => {
    if (node.kind !== "object") return [];
    return node.members.flatMap(({ key: name, start, value: held }) => {
      const scalar = scalarOf(held);
      if (scalar === undefined || scalar === null) return [];
      const value = String(scalar);
      const spot = { document, node: { ...held, start } };
      return [
        {
          name,
          value,
          isEmpty: value === "",
          layer: document.layer,
          hasPassword: hasAddressPassword(value),
          fault: (message, fix) => ({
            ...spotFault(spot, message, { fix, hidden: true }),
            evidence: name,
          }),
        },
      ];
    });
  });
  const inEnvironment =
    auditInputs.environment.kind === "unseen"
      ? []
      : [...auditInputs.environment.value.values()].map(
          ({ name, value, form, hasPassword }): SetVariable => ({
            name,
            value,
            isEmpty: form === "empty",
            layer: "environment",
            hasPassword: hasPassword === true,
            fault: (message, fix) => ({
              file: "the environment",
              evidence: name,
              message,
              ...(fix === undefined ? {} : { fix }),
            }),
          }),
        );
  const all = [...inSettings, ...inEnvironment];
  return layers === undefined ? all : all.filter(({ layer }) => layers.includes(layer));
}

/** Whether a switch is on, as the client reads it. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value.trim());
}

/** The variables of a name, in whatever case. */
export function named(variables: readonly SetVariable[], pattern: RegExp): readonly SetVariable[] {
  return variables.filter(({ name }) => pattern.test(name));
}
