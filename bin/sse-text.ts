#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseText } from '../src/programs/sse-text.js'

void main(sseText)
