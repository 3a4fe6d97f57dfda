export { utf8 } from './core/text.js'
