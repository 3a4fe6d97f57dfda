#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseJson } from '../src/programs/sse-json.js'

void main(sseJson)
