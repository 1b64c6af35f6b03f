// CODEOWNERS: who owns a file of a repository.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proofload::certify {

// The owners of `path` (from the root of the repository, without a slash before it) as they are
// written: "@user", "@org/team", an address. The last pattern that matches decides; it may name
// nobody.
std::vector<std::string> owners_of(std::string_view path, std::string_view code_owners);

}  // namespace proofload::certify
