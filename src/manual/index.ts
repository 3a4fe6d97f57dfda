export { fileNameOf, markdownPage } from './markdown.js'
export { overviewPage, programPage } from './page.js'
export { parseProse } from './prose.js'
export { roffPage } from './roff.js'
