// What a file is to a scan, by its path: made for secrets, read by the client, part of a pipeline, or an archive.
import { baseName } from "#base/path.ts";

const ENV_FILE = /^\.env(?:\..+)?$|\.env$/i;
const ENV_EXAMPLE =
  /^(?:\.env|env)[._-](?:.*[._-])?(?:example|sample|template|dist|defaults?)$|\.env\.(?:example|sample|template|dist)$|^(?:example|sample|template)\.env$/i;
const KEY_FILE =
  /\.(?:pem|key|p12|pfx|jks|keystore|ppk|asc)$|^id_(?:rsa|dsa|ecdsa|ed25519)$|^\.?(?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials)$|^credentials(?:\.json)?$|^service-?account[^/]*\.json$|^secrets?\.(?:ya?ml|json|toml)$|\.tfvars$/i;
/** Holders of private keys that are no text, so that no detector sees into them. */
const KEY_STORE = /\.(?:p12|pfx|jks|keystore|bcfks|kdbx)$/i;
const CLIENT_SETTINGS =
  /(?:^|\/)\.claude\/settings(?:\.local)?\.json$|(?:^|\/)managed-settings\.json$|(?:^|\/)\.claude\.json$/;
const MCP_SETTINGS = /(?:^|\/)\.?mcp\.json$/;
const INSTRUCTIONS =
  /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS|MEMORY)\.md$|(?:^|\/)\.claude\/(?:rules|agents|commands|skills|memory)\/.*\.md$|(?:^|\/)\.claude\/projects\/[^/]+\/memory\//;
const PIPELINE =
  /(?:^|\/)\.github\/(?:workflows|actions)\/|(?:^|\/)(?:\.gitlab-ci|\.travis|appveyor|azure-pipelines|bitbucket-pipelines|cloudbuild|buildspec)\.ya?ml$|(?:^|\/)\.(?:circleci|buildkite|drone|woodpecker)\b|(?:^|\/)Jenkinsfile$/;
const ARCHIVE =
  /\.(?:zip|jar|war|ear|apk|aar|ipa|whl|egg|nupkg|vsix|xpi|crx|docx|xlsx|pptx|odt|ods|tgz|tbz2?|txz|gz|bz2|xz|zst|lz4|7z|rar|br|pack|crate|gem|deb|rpm|dmg|iso)$/i;

/** Whether the file is an `.env` file with values of its own: no example, no template. */
export function isEnvFile(path: string): boolean {
  const name = baseName(path);
  return ENV_FILE.test(name) && !ENV_EXAMPLE.test(name);
}

/** Whether the file shows which variables an `.env` file needs. */
export function isEnvExample(path: string): boolean {
  return ENV_EXAMPLE.test(baseName(path));
}

/** Whether people keep secrets in files of this name: there they belong as long as nobody commits them. */
export function isForSecrets(path: string): boolean {
  return isEnvFile(path) || KEY_FILE.test(baseName(path));
}

/** Whether the file holds private keys in a form that only its program reads. */
export function isKeyStore(path: string): boolean {
  return KEY_STORE.test(baseName(path));
}

/** Whether the client reads the file as settings or as servers to start. */
export function isClientSettings(path: string): boolean {
  return CLIENT_SETTINGS.test(path) || MCP_SETTINGS.test(path);
}

/** Whether the client reads the file as text for the model. */
export function isInstructions(path: string): boolean {
  return INSTRUCTIONS.test(path);
}

/** Whether the file describes what continuous integration runs. */
export function isPipeline(path: string): boolean {
  return PIPELINE.test(path);
}

/** Whether what is in the file is compressed, so that looking at its bytes says nothing. */
export function isArchive(path: string): boolean {
  return ARCHIVE.test(baseName(path));
}
