// Where programs keep what they log in with, below the home.

/** Files of the home in which programs keep what they log in with, and nothing else of worth. */
export const LOGIN_FILES = `
.ssh/id_rsa .ssh/id_ed25519 .gnupg/private-keys-v1.d/0.key .gnupg/secring.gpg
.aws/credentials .aws/config .aws/sso/cache/0.json .aws/cli/cache/0.json .saml2aws .azure/msal_token_cache.json .azure/accessTokens.json
.config/gcloud/credentials.db .config/gcloud/application_default_credentials.json .boto .oci/config .bluemix/config.json .aliyun/config.json
.config/hcloud/cli.toml .config/doctl/config.yaml .config/scw/config.yaml .ovh.conf .config/openstack/clouds.yaml .kube/config .kube/prod.yaml
.config/helm/registry/config.json .config/argocd/config .talos/config .docker/config.json .dockercfg .config/containers/auth.json
.terraform.d/credentials.tfrc.json .terraformrc .pulumi/credentials.json .vault-token .nomad-token .consul-token .ansible/vault_pass
.chef/credentials .npmrc .yarnrc.yml .config/pnpm/auth.ini .pypirc .config/pip/pip.conf .config/pypoetry/auth.toml .condarc
.cargo/credentials.toml .gem/credentials .bundle/config .composer/auth.json .m2/settings.xml .gradle/gradle.properties .sbt/.credentials
.nuget/NuGet/NuGet.Config .netrc .authinfo .cocoapods/trunk_token .pub-cache/credentials.json .Renviron .git-credentials
.config/git/credentials .config/gh/hosts.yml .config/hub .config/glab-cli/config.yml .config/github-copilot/hosts.json
.gitlab-runner/config.toml .circleci/cli.yml .fly/config.yml .config/netlify/config.json .vercel/auth.json .cloudflared/cert.pem
.railway/config.json .supabase/access-token .config/configstore/firebase-tools.json .sentryclirc .datadogrc .config/op/config
.config/Bitwarden/data.json .config/rbw/config.json .password-store/work.gpg .config/sops/age/keys.txt .age/key.txt
.local/share/keyrings/login.keyring .pki/nssdb/key4.db .config/rclone/rclone.conf .s3cfg .mc/config.json .restic-password
.config/syncthing/key.pem .smbcredentials .wgetrc .curlrc .pgpass .pg_service.conf .my.cnf .mylogin.cnf 
.mozilla/firefox/a.default/logins.json
.config/google-chrome/Default/Cookies .config/chromium/Default/Cookies .thunderbird/a.default/logins.json .config/Slack/Cookies
.claude/.credentials.json .codex/auth.json .gemini/oauth_creds.json .config/openai/key
`
  .split(/\s+/)
  .filter((path) => path !== "");

/** Files of the home that hold secrets now and then: what was typed, said and set. */
const RECORDS = `
.psql_history .mysql_history .bash_history .zsh_history .python_history .node_repl_history .lesshst .viminfo
.claude/history.jsonl .claude.json .ssh/work_key .ssh/config.d/keys/deploy
`
  .split(/\s+/)
  .filter((path) => path !== "");

/**
 * All of them, as a held call must not read one. WHY none without a dot: other projects and documents of a person are read by a call as
 * they are.
 */
export const CREDENTIAL_PLACES: readonly string[] = [...LOGIN_FILES, ...RECORDS];
