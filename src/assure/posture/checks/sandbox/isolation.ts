// Whether anything isolates sessions at all, and enough for the tier of the repository.
import { type Looks, notApplicable } from "../../check.ts";
import type { Container } from "../../container.ts";
import { containersOf } from "../../containers/index.ts";
import { expecting, isSet } from "../../looking.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";

const hasClient = ({ hasClient: it }: Container) => it;

/** Checks of the family `sandbox` about isolation as such. */
export const isolationLooks: Looks = {
  "not-enabled": expecting(
    (auditInputs) => [
      ...(isSet(auditInputs, ["sandbox", "enabled"]) ? ["sandbox.enabled"] : []),
      ...containersOf(auditInputs)
        .filter(hasClient)
        .map(({ file }) => file.shown),
      ...(auditInputs.machine.isContainer.kind === "seen" && auditInputs.machine.isContainer.value
        ? ["a container"]
        : []),
    ],
    {
      message:
        "no sandbox and no container is configured: commands reach all that the user reaches",
      fix: 'add `"sandbox": { "enabled": true, "failIfUnavailable": true, "allowUnsandboxedCommands": false }`',
    },
  ),
  "high-risk-without-isolation": (auditInputs) => {
    const tier = tierOf(auditInputs);
    if (tier === undefined) return notApplicable("no tier is named");
    if (!/regulated|privileged|ci$|high|restricted|critical|^production by/.test(tier))
      return notApplicable(`the tier is ${tier}`);
    return expecting(
      () => [
        ...(isSet(auditInputs, ["sandbox", "enabled"]) &&
        isSet(auditInputs, ["sandbox", "failIfUnavailable"])
          ? ["sandbox"]
          : []),
        ...containersOf(auditInputs)
          .filter(hasClient)
          .map(({ file }) => file.shown),
        ...(auditInputs.machine.isContainer.kind === "seen" && auditInputs.machine.isContainer.value
          ? ["a container"]
          : []),
      ],
      {
        message: `the tier is ${tier}, and sessions are not isolated`,
        fix: "work in a dev container, or make the sandbox binding by `failIfUnavailable`",
      },
    )(auditInputs);
  },
};

/** The tier that the policy of the project names, by itself or by the pack that it extends. */
function tierOf({ repository, guard }: AuditInputs): string | undefined {
  const text = repository.files.get(".sallyport/policy.yaml")?.text ?? "";
  const named =
    /^[ \t]*tier:\s*["']?([\w-]+)/m.exec(text)?.[1] ??
    /\btiers?\/([\w-]+)/.exec(text)?.[1] ??
    /^extends:.*\b(regulated|privileged-infrastructure|low-risk|production-adjacent)\b/m.exec(
      text,
    )?.[1];
  const pack =
    guard.kind === "seen"
      ? /^(?:tier-|tiers\/)?(regulated|privileged-infrastructure|low-risk|production-adjacent|ci)$/.exec(
          guard.value.policy ?? "",
        )?.[1]
      : undefined;
  return (
    named ?? pack ?? (changesProduction(repository) ? "production by what lies here" : undefined)
  );
}

/** Whether the repository describes infrastructure that runs: a state that is kept elsewhere, or manifests of production. */
function changesProduction(repository: AuditInputs["repository"]): boolean {
  return [...repository.files.values()].some(
    ({ path, text = "" }) =>
      (path.endsWith(".tf") && /^[ \t]*(?:backend|cloud)\s+"|^[ \t]*cloud\s*\{/m.test(text)) ||
      (/(?:^|[/_.-])prod(?:uction)?(?:[/_.-])/i.test(path) &&
        /\.ya?ml$/.test(path) &&
        /^[ \t]*kind\s*:\s*\w+/m.test(text) &&
        /^[ \t]*apiVersion\s*:/m.test(text)),
  );
}
