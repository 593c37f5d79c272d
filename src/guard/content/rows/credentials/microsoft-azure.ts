// Credentials of Microsoft Azure and Entra. Made of data/detectors/credentials/microsoft-azure.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const microsoftAzure = detectorsOf([
  { kind: "issued", id: "azure-storage-account-key", title: "an account key of Azure Storage or Cosmos DB", keywords: ["accountkey", "account_key", "account-key", "storage_key", "storagekey", "storageaccount", "azure_storage", "primarykey", "cosmos"], form: "[A-Za-z0-9+/]{86}==", longest: 88, reach: 120 },
  { kind: "issued", id: "azure-storage-annotated-key", title: "an account key of Azure Storage with its signature", keywords: ["+ast"], form: "[A-Za-z0-9+/]{76}\\+ASt[A-Za-z0-9+/]{6}==", longest: 88, isInside: true },
  { kind: "issued", id: "azure-cosmos-annotated-key", title: "an account key of Cosmos DB with its signature", keywords: ["acdb"], form: "[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==", longest: 88, isInside: true },
  { kind: "issued", id: "azure-shared-access-signature", title: "a shared access signature of Azure Storage", keywords: ["&sig=", "?sig=", ";sig="], form: "sig=(?<value>[A-Za-z0-9+/%]{43,70}(?:%3[Dd]|=))", longest: 82, anyBody: true, isInside: true, check: "signed-azure-address" },
  { kind: "issued", id: "azure-shared-access-key", title: "a shared access key of Service Bus, Event Hubs, IoT Hub or Relay", keywords: ["sharedaccesskey"], form: "SharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)", longest: 60 },
  { kind: "issued", id: "azure-app-configuration-secret", title: "a connection string of App Configuration", keywords: [".azconfig.io"], form: "Endpoint=https://[a-z0-9-]{1,60}\\.azconfig\\.io;Id=[^;\\s]{1,60};Secret=(?<value>[A-Za-z0-9+/]{43,90}={0,2})", longest: 253, isInside: true },
  { kind: "issued", id: "azure-access-key-connection-string", title: "a connection string of SignalR, Web PubSub or Communication Services", keywords: ["accesskey="], form: "accesskey=(?<value>[A-Za-z0-9+/]{43,110}={0,2})", flags: "i", longest: 122, check: "azure-endpoint" },
  { kind: "issued", id: "entra-client-secret", title: "a client secret of Microsoft Entra", keywords: ["7q~", "8q~"], form: "[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", longest: 40, isInside: true },
  { kind: "issued", id: "azure-function-key", title: "a key of Azure Functions", keywords: ["azfu"], form: "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==", longest: 56, isInside: true },
  { kind: "issued", id: "azure-search-key", title: "an admin or query key of Azure AI Search", keywords: ["azse"], form: "[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}", longest: 52, isInside: true },
  { kind: "issued", id: "azure-container-registry-password", title: "a password of Azure Container Registry", keywords: ["+acr"], form: "[A-Za-z0-9+/]{42}\\+ACR[A-D][A-Za-z0-9+/]{5}", longest: 52, isInside: true },
  { kind: "issued", id: "azure-batch-key", title: "an account key of Azure Batch", keywords: ["+aba"], form: "[A-Za-z0-9+/]{76}\\+ABa[A-Za-z0-9+/]{6}==", longest: 88, isInside: true },
  { kind: "issued", id: "azure-machine-learning-key", title: "a key of a web service of Azure Machine Learning", keywords: ["+amc"], form: "[A-Za-z0-9+/]{76}\\+AMC[A-Za-z0-9+/]{6}==", longest: 88, isInside: true },
  { kind: "issued", id: "azure-redis-key", title: "an access key of Azure Cache for Redis", keywords: ["azca"], form: "[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=", longest: 44, isInside: true },
  { kind: "issued", id: "azure-annotated-key", title: "a key of an Azure service in the common annotated form", keywords: ["jqqj99"], form: "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}[A-Za-z0-9+/]{4}[A-Za-z0-9]{4}", longest: 84, isInside: true },
  { kind: "named", id: "azure-ai-services-key", title: "a key of Azure OpenAI or another AI service of Azure", keywords: ["azure_openai", "azureopenai", "openai.azure.com", "ocp-apim-subscription-key", "cognitiveservices", "azure_speech", "azure_cognitive"], form: "[a-f0-9]{32}", longest: 32 },
  { kind: "issued", id: "azure-publish-password", title: "a publishing password of App Service", keywords: ["userpwd="], form: "userPWD=\"(?<value>[A-Za-z0-9]{60})", longest: 69 },
]);
