// Prints the text of an answer with OpenAI's SDK, as in its README.
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: process.env.OPENROUTER_BASE_URL,
  apiKey: process.env.OPENROUTER_API_KEY,
  timeout: 1000,
})
const stream = await client.chat.completions.create({
  model: 'test/model',
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
  stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '')
