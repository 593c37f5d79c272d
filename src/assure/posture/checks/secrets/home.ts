// Secrets in a home directory: start-up files, credential files that others can read, keys of clouds that never end.
import { type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { fileFault, filesIn, linesOf, ofFiles } from "../../looking.ts";
import type { SeenFile } from "../../inputs/audit-inputs.ts";
import { START_FILES } from "../../inputs/start-files.ts";
import { hidden, linesWithSecrets, namedLines } from "./looking.ts";

const HOME_CREDENTIALS =
  /^\.(?:ssh\/(?!.*\.pub$|known_hosts|config|authorized_keys|allowed_signers|environment$|rc$)[^/]+|aws\/credentials|netrc|npmrc|pypirc|pgpass|git-credentials|docker\/config\.json|kube\/config|config\/gcloud\/.*|config\/gh\/hosts\.yml|azure\/.*|claude\/\.credentials\.json|claude\.json|gnupg\/.*|vault-token|my\.cnf|env(?:\..*)?)$/;
const READABLE_BY_OTHERS = 0o044;

/** Functions of a home directory. */
export const homeLooks: Looks = {
  "in-shell-start-file": ofFiles(
    ({ home }) => filesIn([home], START_FILES),
    "start-up file",
    (file, auditInputs) =>
      [
        ...new Set([
          ...linesWithSecrets(auditInputs, file),
          ...namedLines(
            file,
            /(?:^|[\s;])(?:export\s+|set\s+-gx\s+|declare\s+-x\s+)([A-Za-z_]\w*)[=\s]("[^"]*"|'[^']*'|[^\s;]+)/g,
          ),
        ]),
      ].map((line) =>
        hidden(
          file,
          line,
          "a secret is exported to every program, and a session reads the file",
          "take it out, and give it to the program that needs it: `sallyport secrets exec`",
        ),
      ),
  ),
  "readable-by-others": (auditInputs) => {
    const files = filesIn([auditInputs.home], HOME_CREDENTIALS);
    if (files.length === 0) return notApplicable("there are no credential files");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of credential files");
    return verdict(
      files.map(({ shown }) => shown),
      told
        .filter(({ mode = 0 }) => (mode & READABLE_BY_OTHERS) > 0)
        .filter((file) => !isWithoutSecret(file))
        .map((file) =>
          fileFault(file, "others on this machine can read it", `chmod 600 ${file.shown}`),
        ),
    );
  },
  "static-cloud-key": ofFiles(
    ({ home }) =>
      filesIn(
        [home],
        /^\.aws\/(?:credentials|config)$|^\.(?:config\/gcloud|gcp|google)\/.*\.json$|^\.azure\/.*\.json$|service-?account[^/]*\.json$/,
      ),
    "cloud credential file",
    (file) => {
      const text = file.text ?? "";
      const isAccount = /"type"\s*:\s*"service_account"/.test(text);
      const line = linesOf(file).find(
        ({ text: one }) =>
          /^\s*aws_access_key_id\s*=\s*AKIA/i.test(one) || (isAccount && /private_key"/.test(one)),
      )?.line;
      const isLong =
        /aws_secret_access_key\s*=/i.test(text) && !/aws_session_token\s*=/i.test(text);
      if (line === undefined && !isLong) return [];
      return [
        hidden(
          file,
          line ?? 1,
          "a key that never ends lies here, and a session of this user can use it",
          "sign in for a day instead: `aws sso login`, `gcloud auth login`, and delete the key at the cloud",
        ),
      ];
    },
  ),
};

/** Files of settings in which a credential may stand, where they were read and hold none. */
function isWithoutSecret({ path, text }: SeenFile): boolean {
  if (text === undefined) return false;
  const isMixed =
    /^\.(?:npmrc|pypirc|claude\.json|docker\/config\.json|my\.cnf|env(?:\..*)?|config\/gcloud\/.*|azure\/.*|gnupg\/.*)$/;
  return (
    isMixed.test(path) &&
    !/token|secret|password|passwd|_auth|"auth"|api_?key|private|credential|refresh/i.test(text)
  );
}
