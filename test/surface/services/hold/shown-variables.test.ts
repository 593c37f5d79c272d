// Secrets of the environment as a held call sees them: none true, of the same shape, and what is no secret as it was, in either shell.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keptVariables, SHOWN_VARIABLES } from "#surface/services/hold/shown-variables.ts";
import { skipIfMissing } from "../../../skipping.ts";

/** Made up of what no issuer gives out. */
const CODE = "Zq7Lw2Zt9Vb5Kc1Rm8Yd3Hs6Pf0Gj2Ea4Ux9";
const SECRETS: Readonly<Record<string, string>> = {
  GITHUB_TOKEN: `ghp_${CODE}`,
  GH_TOKEN: `github_pat_${CODE}`,
  GITLAB_TOKEN: `glpat-${CODE}`,
  AWS_SECRET_ACCESS_KEY: CODE,
  AWS_ACCESS_KEY_ID: "AKIAZQ7LW2ZT9VB5KC1R",
  AWS_SESSION_TOKEN: CODE,
  AZURE_CLIENT_SECRET: CODE,
  ARM_CLIENT_SECRET: CODE,
  AZURE_STORAGE_CONNECTION_STRING: `AccountName=a;AccountKey=${CODE}==;EndpointSuffix=x`,
  GOOGLE_API_KEY: `AIza${CODE}`,
  OPENAI_API_KEY: `sk-proj-${CODE}`,
  ANTHROPIC_API_KEY: `sk-ant-api03-${CODE}`,
  ANTHROPIC_AUTH_TOKEN: CODE,
  HF_TOKEN: `hf_${CODE}`,
  ANTHROPIC_CUSTOM_HEADERS: `x-key: ${CODE}`,
  OTEL_EXPORTER_OTLP_HEADERS: `api-key=${CODE}`,
  DATABASE_URL: `postgres://shop:${CODE}@db.example:5432/shop?sslmode=require`,
  REDIS_URL: `redis://:${CODE}@cache:6379/0`,
  AMQP: `amqp://a:${CODE}@mq/b@c`,
  PGPASSWORD: "hunter2!",
  MYSQL_PWD: "correct horse",
  DB_PASS: CODE,
  SSHPASS: "Tr0ub4dor&3",
  NPM_TOKEN: `npm_${CODE}`,
  NODE_AUTH_TOKEN: CODE,
  npm_config__auth: CODE,
  npmToken: CODE,
  PYPI_API_TOKEN: `pypi-${CODE}`,
  TWINE_PASSWORD: CODE,
  CARGO_REGISTRY_TOKEN: CODE,
  SLACK_BOT_TOKEN: `xoxb-${CODE}`,
  SLACK: `https://hooks.slack.com/services/T0/B0/${CODE}`,
  STRIPE_KEY: `sk_live_${CODE}`,
  STRIPE: `rk_live_${CODE}`,
  TWILIO_AUTH_TOKEN: CODE,
  JWT_SECRET: CODE,
  SESSION_COOKIE: CODE,
  VAULT_TOKEN: `hvs.${CODE}`,
  SENTRY_DSN: CODE,
  DOCKER_AUTH_CONFIG: `{"auths":{"r":{"auth":"${CODE}"}}}`,
  HEROKU_API_KEY: CODE,
  SIGNING_KEY: `-----BEGIN PRIVATE KEY-----\n${CODE}\n-----END PRIVATE KEY-----`,
  CI_JOB_JWT: `eyJhbGciOiJIUzI1NiJ9.${CODE}.${CODE}`,
  AUTHORIZATION: `Bearer ${CODE}`,
};
const OPEN: Readonly<Record<string, string>> = {
  HOME: "/root",
  SSH_AUTH_SOCK: "/tmp/agent",
  MAX_THINKING_TOKENS: "31999",
  KEYMAP: "de",
  API_TOKEN_FILE: "/run/secrets/token",
  TOKEN_COUNT: "12",
  AWS_REGION: "eu-central-1",
  NODE_OPTIONS: "--max-old-space-size=4096",
  PAGER: "less -R",
  KEYBOARD: "us",
  REGISTRY_URL: "https://npm.example/path",
  PROXY: "http://proxy.example:3128",
  DEBUG: "true",
  PASSWORD_MIN: "",
  USE_API_KEY: "1",
  GIT_AUTHOR_NAME: "Ada",
  A_KEY: "/etc",
};
const SHELLS = ["/bin/bash", "/usr/bin/zsh"];

function shown(shell: string, kept: string, environment: Readonly<Record<string, string>>) {
  const lines = [...SHOWN_VARIABLES, kept, "sallyport_shown", 'exec "$1" -e "$2"'].join("\n");
  const print = "console.log(JSON.stringify(process.env))";
  const run = spawnSync(shell, ["-fc", lines, "x", process.execPath, print], {
    // WHY: bash without it takes its input for a remote login, and reads a file of the home.
    env: { ...environment, SALLYPORT_HOOK_TOKEN: CODE, SHLVL: "2" },
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout) as Record<string, string>;
}
const none = keptVariables({
  reachesHosts: false,
  exchanged: [],
  programs: ["gh"],
  command: "gh $GH_TOKEN",
});

describe.each(SHELLS)("in %s", (shell) => {
  it("no secret of the environment is left, and each has its shape", (ctx) => {
    skipIfMissing(ctx, existsSync(shell) ? undefined : `${shell} is not installed`);
    expect(Object.keys(SECRETS).length).toBeGreaterThanOrEqual(40);
    const found = shown(shell, none, { ...SECRETS, ...OPEN });
    expect(JSON.stringify(found)).not.toContain(CODE.slice(0, 8));
    for (const [name, value] of Object.entries(SECRETS)) {
      expect(found[name], name).not.toBe(value);
      expect(found[name], name).toHaveLength(value.length);
    }
    expect(found["GITHUB_TOKEN"]).toMatch(/^ghp_[xX0]{36}$/);
    expect(found["ANTHROPIC_API_KEY"]).toMatch(/^sk-ant-api03-[xX0]+$/);
    expect(found["DATABASE_URL"]).toMatch(
      /^postgres:\/\/shop:[xX0]{36}@db\.example:5432\/shop\?sslmode=require$/,
    );
    expect(found["REDIS_URL"]).toMatch(/^redis:\/\/:[xX0]+@cache:6379\/0$/);
    expect(found).not.toHaveProperty("SALLYPORT_HOOK_TOKEN");
    for (const [name, value] of Object.entries(OPEN)) expect(found[name], name).toBe(value);
  });
  it("of a call that reaches hosts its programs' own stay, and those that it names", (ctx) => {
    skipIfMissing(ctx, existsSync(shell) ? undefined : `${shell} is not installed`);
    const command = 'gh pr list; curl -H "Authorization: Bearer ${JWT_SECRET}" https://a.example';
    const kept = keptVariables({
      reachesHosts: true,
      exchanged: [],
      programs: ["gh", "curl"],
      command,
    });
    const found = shown(shell, kept, SECRETS);
    for (const name of ["GH_TOKEN", "GITHUB_TOKEN", "JWT_SECRET"])
      expect(found[name], name).toBe(SECRETS[name]);
    expect(found["AWS_SECRET_ACCESS_KEY"]).not.toBe(CODE);
  });
});
