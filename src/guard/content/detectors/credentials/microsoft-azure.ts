// Credentials of Microsoft Azure and Entra.
import type { Candidate } from "../../detection/credential.ts";
import { issuedToken, type TokenDetector } from "../../detection/issued-token.ts";
import { namedToken } from "../../detection/named-token.ts";

export const microsoftAzureCredentials: readonly TokenDetector[] = [
  issuedToken({
    id: "azure-storage-account-key",
    title: "an account key of Azure Storage or Cosmos DB",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key",
    keywords: [
      "accountkey",
      "account_key",
      "account-key",
      "storage_key",
      "storagekey",
      "storageaccount",
      "azure_storage",
      "primarykey",
      "cosmos",
    ],
    form: /[A-Za-z0-9+/]{86}==/,
    longest: 88,
    reach: 120,
  }),
  issuedToken({
    id: "azure-storage-annotated-key",
    title: "an account key of Azure Storage with its signature",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-account-keys-manage",
    keywords: ["+ast"],
    form: /[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true,
  }),
  issuedToken({
    id: "azure-cosmos-annotated-key",
    title: "an account key of Cosmos DB with its signature",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-cosmos-db-account-access-key",
    keywords: ["acdb"],
    form: /[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true,
  }),
  issuedToken({
    id: "azure-shared-access-signature",
    title: "a shared access signature of Azure Storage",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview",
    keywords: ["&sig=", "?sig=", ";sig="],
    form: /sig=(?<value>[A-Za-z0-9+/%]{43,70}(?:%3[Dd]|=))/,
    longest: 82,
    isInside: true,
    anyBody: true,
    check: (_, candidate) => isSignedAddress(candidate),
  }),
  issuedToken({
    id: "azure-shared-access-key",
    title: "a shared access key of Service Bus, Event Hubs, IoT Hub or Relay",
    issuer: "Microsoft",
    source:
      "https://learn.microsoft.com/en-us/purview/sit-defn-azure-service-bus-connection-string",
    keywords: ["sharedaccesskey"],
    form: /SharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)/,
    longest: 60,
  }),
  issuedToken({
    id: "azure-app-configuration-secret",
    title: "a connection string of App Configuration",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/azure-app-configuration/howto-best-practices",
    keywords: [".azconfig.io"],
    form: /Endpoint=https:\/\/[a-z0-9-]{1,60}\.azconfig\.io;Id=[^;\s]{1,60};Secret=(?<value>[A-Za-z0-9+/]{43,90}={0,2})/,
    longest: 253,
    isInside: true,
  }),
  issuedToken({
    id: "azure-access-key-connection-string",
    title: "a connection string of SignalR, Web PubSub or Communication Services",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/azure-signalr/concept-connection-string",
    keywords: ["accesskey="],
    form: /accesskey=(?<value>[A-Za-z0-9+/]{43,110}={0,2})/i,
    longest: 122,
    check: (_, candidate) => hasAzureEndpoint(candidate),
  }),
  issuedToken({
    id: "entra-client-secret",
    title: "a client secret of Microsoft Entra",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-client-secret-api-key",
    keywords: ["7q~", "8q~"],
    form: /[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}/,
    longest: 40,
    isInside: true,
  }),
  issuedToken({
    id: "azure-function-key",
    title: "a key of Azure Functions",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-function-master-api-key",
    keywords: ["azfu"],
    form: /[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==/,
    longest: 56,
    isInside: true,
  }),
  issuedToken({
    id: "azure-search-key",
    title: "an admin or query key of Azure AI Search",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/search/search-security-api-keys",
    keywords: ["azse"],
    form: /[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}/,
    longest: 52,
    isInside: true,
  }),
  issuedToken({
    id: "azure-container-registry-password",
    title: "a password of Azure Container Registry",
    issuer: "Microsoft",
    source:
      "https://learn.microsoft.com/en-us/purview/sit-defn-azure-container-registry-access-key",
    keywords: ["+acr"],
    form: /[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}/,
    longest: 52,
    isInside: true,
  }),
  issuedToken({
    id: "azure-batch-key",
    title: "an account key of Azure Batch",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-batch-shared-access-key",
    keywords: ["+aba"],
    form: /[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true,
  }),
  issuedToken({
    id: "azure-machine-learning-key",
    title: "a key of a web service of Azure Machine Learning",
    issuer: "Microsoft",
    source:
      "https://learn.microsoft.com/en-us/purview/sit-defn-azure-machine-learning-web-service-api-key",
    keywords: ["+amc"],
    form: /[A-Za-z0-9+/]{76}\+AMC[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true,
  }),
  issuedToken({
    id: "azure-redis-key",
    title: "an access key of Azure Cache for Redis",
    issuer: "Microsoft",
    source:
      "https://learn.microsoft.com/en-us/purview/sit-defn-azure-redis-cache-connection-string",
    keywords: ["azca"],
    form: /[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=/,
    longest: 44,
    isInside: true,
  }),
  issuedToken({
    id: "azure-annotated-key",
    title: "a key of an Azure service in the common annotated form",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/ai-services/authentication",
    keywords: ["jqqj99"],
    form: /[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}[A-Za-z0-9+/]{4}[A-Za-z0-9]{4}/,
    longest: 84,
    isInside: true,
  }),
  namedToken({
    id: "azure-ai-services-key",
    title: "a key of Azure OpenAI or another AI service of Azure",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/ai-services/authentication",
    keywords: [
      "azure_openai",
      "azureopenai",
      "openai.azure.com",
      "ocp-apim-subscription-key",
      "cognitiveservices",
      "azure_speech",
      "azure_cognitive",
    ],
    form: /[a-f0-9]{32}/,
    longest: 32,
  }),
  issuedToken({
    id: "azure-publish-password",
    title: "a publishing password of App Service",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-publish-setting-password",
    keywords: ["userpwd="],
    form: /userPWD="(?<value>[A-Za-z0-9]{60})/,
    longest: 69,
  }),
];

/** Characters around a signature that hold the rest of its address. */
const ADDRESS_REACH = 500;

/** A signature is one of a shared access where its version, its end and its rights stand in the same address. */
function isSignedAddress({ surroundings, start }: Candidate): boolean {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(Math.max(0, at - ADDRESS_REACH), at + ADDRESS_REACH);
  return /[?&]sv=20[0-9]{2}-/.test(around) && /[?&]s[ep]=/.test(around);
}

/** The endpoint stands before the key, and both in one line. */
function hasAzureEndpoint({ surroundings, start }: Candidate): boolean {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(Math.max(0, at - ADDRESS_REACH), at + ADDRESS_REACH);
  return /endpoint=https:\/\/[^;\s]{1,200}(?:signalr\.net|webpubsub\.azure\.com|communication\.azure\.com)/i.test(
    around,
  );
}
