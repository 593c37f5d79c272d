// Whether there is cause to ask for something that is missing: an organization behind the set-up, secrets in use, a shared history.
import { isPipeline, isEnvExample, isEnvFile } from "#assure/scan/file-kinds.ts";
import { isSecretVariable } from "#base/secret-variables.ts";
import { spotsAt } from "./looking.ts";
import type { AuditInputs } from "./inputs/audit-inputs.ts";
import { variablesOf } from "./variables.ts";

/** A cause is given (`undefined`), or it is said why there is none. */
export type Cause = (auditInputs: AuditInputs) => string | undefined;

/**
 * An organization stands behind the set-up: managed settings or a managed policy, or a login of one. A single person's
 * repository is not asked for what only an organization has. A checklist that was asked for is cause enough.
 */
export const inOrganization: Cause = (auditInputs) => {
  const { isAskedFor = false, settings, managed, guard, machine } = auditInputs;
  const { login } = machine;
  const isOrganized =
    managed.files.size > 0 ||
    settings.some(({ layer }) => layer === "managed") ||
    (guard.kind === "seen" && guard.value.hasManagedPolicy) ||
    (login.kind === "seen" && login.value.hasOrganization);
  return isAskedFor || isOrganized
    ? undefined
    : "no managed settings and no login of an organization, and no checklist asks for it";
};

/** What is made here is kept by git, so it gets to others. */
export const inGit: Cause = ({ git, isAskedFor = false }) =>
  isAskedFor || git.kind === "unseen" || git.value.isRepository
    ? undefined
    : "this is no repository of git";

/** The repository has a pipeline that could look at changes. */
export const withPipeline: Cause = ({ repository, isAskedFor = false }) =>
  isAskedFor || [...repository.files.keys()].some(isPipeline)
    ? undefined
    : "there is no pipeline here";

/** Files by which a repository steers the client or git. Settings are looked into: rules that only deny steer nothing. */
const CONTROL =
  /^(?:\.claude\/(?!settings(?:\.local)?\.json$)|\.mcp\.json$|CLAUDE\.md$|\.github\/(?:workflows|actions)\/|\.sallyport\/|\.husky\/|\.githooks\/)/;
const STEERING = [["hooks"], ["env"], ["permissions", "allow"], ["enabledPlugins"]] as const;

/** The repository has files that decide what runs on others' machines. */
export const withControlFiles: Cause = (auditInputs) => {
  const paths = [...auditInputs.repository.files.keys()];
  const isSteering =
    auditInputs.isAskedFor === true ||
    paths.some((path) => CONTROL.test(path) || isPipeline(path)) ||
    STEERING.some((keys) => spotsAt(auditInputs, keys, ["project"]).length > 0);
  return isSteering ? undefined : "nothing here steers the client or a pipeline";
};

/** Names in front of a value, as files of variables, of engines and of clusters write them. */
const NAMES = /(?:^|[\s"'{,-])([A-Za-z_][\w]*)["']?\s*[:=]/g;

/**
 * The repository uses secrets of its own: a file of variables, a server or settings with a variable for one, a container that
 * is given one. What pipelines name is kept by their own system, which is a secret manager.
 */
export const withSecrets: Cause = (auditInputs) => {
  const { repository, servers, isAskedFor = false } = auditInputs;
  const uses =
    isAskedFor ||
    [...repository.files.values()].some(
      ({ path, text = "" }) =>
        isEnvFile(path) || ((HOLDERS.test(path) || isEnvExample(path)) && namesSecret(text)),
    ) ||
    servers.some(({ env, headers }) => [...env, ...headers].some(isSecretVariable)) ||
    variablesOf(auditInputs, ["managed", "local", "project", "user"]).some(({ name }) =>
      isSecretVariable(name),
    );
  return uses ? undefined : "nothing here uses a secret";
};

/** Files of containers and clusters, which hand variables to programs. */
const HOLDERS =
  /(?:^|\/)(?:(?:docker-)?compose[\w.-]*\.ya?ml|Dockerfile[\w.-]*|.*secrets?\.ya?ml|.*\.tfvars)$/;

function namesSecret(text: string): boolean {
  return [...text.matchAll(NAMES)].some(({ 1: name = "" }) => isSecretVariable(name));
}
