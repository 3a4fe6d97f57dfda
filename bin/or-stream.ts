#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { orStream } from '../src/programs/or-stream.js'

void main(orStream)
