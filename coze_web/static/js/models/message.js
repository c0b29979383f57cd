import { parseJson } from "../lib/json.js";

const JSON_TYPES = ["card", "object_string"];

/** Whether what a message says is JSON. */
export const isJson = ({ content_type: type }) => JSON_TYPES.includes(type);

/** What a completed answer shows: `{kind: "text", text}` with text as Markdown, or `{kind: "card"}`, which has none. */
export function contentOf({ content, content_type: type }) {
  if (type === "card") return { kind: "card", text: "" };
  const parts = type === "object_string" ? parseJson(content) : null;
  return { kind: "text", text: Array.isArray(parts) ? parts.map(markdownOf).join("") : (content ?? "") };
}

/** The name of the tool that a `function_call` message tells of; "" when it tells none. */
export function toolOf({ content }) {
  const { name, plugin_name: plugin } = parseJson(content) ?? {};
  return [...new Set([plugin, name])].filter(Boolean).join(" · ");
}

/** Whether a message tells that the bot looked something up in its knowledge base. */
export function isRecall({ type, content }) {
  return type === "knowledge" || (type === "verbose" && parseJson(content)?.msg_type === "knowledge_recall");
}

// Pictures and files of a mixed message become links.
function markdownOf(part) {
  if (part?.text) return part.text;
  if (!part?.file_url) return "";
  return part.type === "image" ? `\n\n![](<${part.file_url}>)\n\n` : `\n\n<${part.file_url}>\n\n`;
}
