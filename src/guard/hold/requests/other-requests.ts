// Requests of other interfaces that change something: GitLab, registries of npm and of images, and git over HTTP.
import { type RequestTable, table } from "./request-row.ts";

const GITLAB_PAGES = "https://docs.gitlab.com/api";
const PROJECT = "/api/v4/projects/*";
const PROJECTS: RequestTable = table("gitlab", `${GITLAB_PAGES}/api_resources`, [
  [`POST ${PROJECT}/merge_requests`, "publish", "mr create"],
  [
    `PUT ${PROJECT}/merge_requests/*`,
    ...(["publish", "mr update", "mr close", "mr reopen", "mr create"] as const),
  ],
  [`POST ${PROJECT}/merge_requests/*/notes`, "publish", "mr note"],
  [`POST ${PROJECT}/merge_requests/*/discussions`, "publish", "mr note"],
  [`POST ${PROJECT}/merge_requests/*/approve`, "publish", "mr approve"],
  [`PUT ${PROJECT}/merge_requests/*/merge`, "publish", "mr merge"],
  [`PUT ${PROJECT}/merge_requests/*/rebase`, "publish", "mr merge"],
  [`DELETE ${PROJECT}/merge_requests/*`, "delete"],
  [`POST ${PROJECT}/issues`, "publish", "issue create"],
  [`PUT ${PROJECT}/issues/*`, "publish", "issue edit", "issue close", "issue reopen"],
  [`POST ${PROJECT}/issues/*/notes`, "publish", "issue comment"],
  [`DELETE ${PROJECT}/issues/*`, "delete", "issue delete"],
  [`POST ${PROJECT}/releases`, "publish", "release create"],
  [`PUT ${PROJECT}/releases/*`, "publish", "release create", "release edit"],
  [`POST ${PROJECT}/releases/*/assets/links`, "publish", "release create", "release upload"],
  [`DELETE ${PROJECT}/releases/*`, "delete", "release delete"],
  [`POST ${PROJECT}/uploads`, "publish", "release create", "release upload"],
  [`POST ${PROJECT}/pipeline`, "write", "ci run", "pipeline run"],
  [`POST ${PROJECT}/pipelines/*/retry`, "write", "ci retry", "pipeline retry"],
  [`POST ${PROJECT}/jobs/*/retry`, "write", "ci retry", "pipeline retry"],
  [`POST ${PROJECT}/jobs/*/play`, "write", "ci run"],
  [`POST ${PROJECT}/pipelines/*/cancel`, "write", "pipeline cancel"],
  [`DELETE ${PROJECT}/pipelines/*`, "delete", "pipeline delete"],
  [`POST ${PROJECT}/variables`, "write", "variable", "variable set"],
  [`PUT ${PROJECT}/variables/*`, "write", "variable", "variable set"],
  [`DELETE ${PROJECT}/variables/*`, "delete", "variable delete"],
  [`POST ${PROJECT}/labels`, "publish", "label create"],
  [`POST ${PROJECT}/repository/commits`, "publish"],
  [`DELETE ${PROJECT}/repository/branches/*`, "delete"],
  ["POST /api/v4/projects", "publish", "repo create"],
  [`POST ${PROJECT}/fork`, "publish", "repo fork"],
  [`DELETE ${PROJECT}`, "delete", "repo delete"],
  ["POST /api/v4/user/keys", "write", "ssh-key add"],
  ["DELETE /api/v4/user/keys/*", "delete", "ssh-key delete"],
  ["POST /api/v4/user/gpg_keys", "write", "gpg-key add"],
  ["DELETE /api/v4/user/gpg_keys/*", "delete", "gpg-key delete"],
  [`POST ${PROJECT}/deploy_keys`, "write", "deploy-key add"],
  [`DELETE ${PROJECT}/deploy_keys/*`, "delete", "deploy-key delete"],
  ["POST /api/v4/snippets", "publish", "snippet create"],
  [`POST ${PROJECT}/snippets`, "publish", "snippet create"],
  [`POST ${PROJECT}/access_tokens`, "write", "token create"],
  ["POST /api/v4/groups/*/access_tokens", "write", "token create"],
  ["POST /api/v4/users/*/personal_access_tokens", "write", "token create"],
  ["POST /api/v4/user/personal_access_tokens", "write", "token create"],
]);

const NPM_PAGE = "https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md";
/** WHY of one name alone: a scope is written in the same segment (`@scope%2fname`), and a second one is another request. */
const NPM: readonly RequestTable[] = [
  table("npm", NPM_PAGE, [
    ["PUT /*", "publish", "publish", "deprecate", "undeprecate", "star", "unstar", "unpublish"],
    ["PUT /*/-rev/*", "publish", "owner", "unpublish"],
    ["DELETE /*/-rev/*", "delete", "unpublish"],
    ["DELETE /*/-/*/-rev/*", "delete", "unpublish"],
    ["PUT /-/package/*/dist-tags/*", "publish", "dist-tag", "dist-tags", "tag"],
    ["POST /-/package/*/dist-tags/*", "publish", "dist-tag", "dist-tags", "tag"],
    ["DELETE /-/package/*/dist-tags/*", "delete", "dist-tag", "dist-tags", "tag"],
    ["POST /-/package/*/access", "write", "access"],
    ["POST /-/package/*/collaborators", "write", "access", "owner"],
    ["DELETE /-/package/*/collaborators", "delete", "access", "owner"],
  ]),
  table("npm", "https://docs.npmjs.com/cli/v11/commands", [
    ["POST /-/npm/v1/tokens", "write", "token"],
    ["DELETE /-/npm/v1/tokens/token/*", "delete", "token"],
    ["PUT /-/user/*", "write", "login", "adduser"],
    ["DELETE /-/user/token/*", "delete", "logout"],
    ["POST /-/v1/login", "write", "login", "adduser"],
    ["POST /-/npm/v1/user", "write", "profile"],
    ["PUT /-/org/*/user", "write", "org"],
    ["DELETE /-/org/*/user", "delete", "org"],
    ["PUT /-/org/*/team", "write", "team"],
    ["PUT /-/team/*/*/user", "write", "team"],
    ["DELETE /-/team/*/*/user", "delete", "team"],
    ["DELETE /-/team/*/*", "delete", "team"],
    ["PUT /-/team/*/*/package", "write", "access"],
    ["DELETE /-/team/*/*/package", "delete", "access"],
    ["POST /-/npm/v1/hooks/hook", "write", "hook"],
    ["PUT /-/npm/v1/hooks/hook/*", "write", "hook"],
    ["DELETE /-/npm/v1/hooks/hook/*", "delete", "hook"],
    ["POST /-/npm/v1/oidc/token/exchange/package/*", "write", "publish"],
    ["POST /-/npm/v1/security/audits", "read"],
    ["POST /-/npm/v1/security/audits/quick", "read"],
    ["POST /-/npm/v1/security/advisories/bulk", "read"],
  ]),
];

const OCI = "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints";
const IMAGES: RequestTable = table("registry", OCI, [
  ["POST /v2/**/blobs/uploads", "publish", "push", "copy", "sync"],
  ["PATCH /v2/**/blobs/uploads/*", "publish", "push", "copy", "sync"],
  ["PUT /v2/**/blobs/uploads/*", "publish", "push", "copy", "sync"],
  ["DELETE /v2/**/blobs/uploads/*", "write", "push", "copy", "sync"],
  ["PUT /v2/**/manifests/*", "publish", "push", "copy", "sync"],
  ["DELETE /v2/**/manifests/*", "delete", "delete"],
  ["DELETE /v2/**/blobs/*", "delete", "delete"],
  // A token for what is asked next, which is judged by itself (the specification of Docker's registry, "Token Authentication").
  ["POST /token", "read"],
]);

const GIT: RequestTable = table("git", "https://git-scm.com/docs/http-protocol", [
  ["POST /**/git-upload-pack", "read"],
  ["POST /**/git-receive-pack", "publish"],
  ["GET /**/git-receive-pack", "publish"],
]);

export const OTHERS: readonly RequestTable[] = [PROJECTS, ...NPM, IMAGES, GIT];
