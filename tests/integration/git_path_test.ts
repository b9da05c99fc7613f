// The git contract over one route to the remote.
import { testGitBranches } from "../contract/git_branch_contract.ts";
import { testGitReading } from "../contract/git_read_contract.ts";
import { testGitSafety } from "../contract/git_safety_contract.ts";
import { testGitWriting } from "../contract/git_write_contract.ts";

testGitReading("path");
testGitWriting("path");
testGitSafety("path");
testGitBranches("path");
