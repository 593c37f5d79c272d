// How texts of skills and commands have a file of secrets read into the conversation.

/** Commands that print a file of secrets, and sentences that have one read. */
export const READS_SECRETS =
  /\b(?:cat|less|head|tail|more|bat|type|source|grep|base64|printenv)\s+(?:-\S+\s+)*["']?(?:\S*\/)?(?:\.env(?:\.(?!example|sample|template)\w+)?|id_(?:rsa|ed25519)|credentials|\.netrc|\.npmrc|\.pypirc|\.pgpass|[\w.-]+\.pem|secrets?\.(?:ya?ml|json|toml))(?=$|[\s"'`)|;])|!`(?:env|printenv|set|export)`|\b(?:Read|read|open|load|print|show|include|paste)\b[^.\n]{0,40}[`"'](?:\S*\/)?(?:\.env(?:\.(?!example|sample|template)\w+)?|id_(?:rsa|ed25519)|\.aws\/credentials|\.netrc)[`"']/;
