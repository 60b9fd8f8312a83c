/**
 * What the readers of visitors' files say, in English and Chinese. Every error sentence names the cause and the fix;
 * `{placeholders}` are filled from the error's `values`. Both languages must hold the same codes (the type check says
 * so) and the same placeholders (a test says so).
 */

/** English sentence for every error code. */
export const formatErrorTextEn = {
  'empty-file': '“{file}” is empty (0 bytes): save it again and open the new copy.',
  'unknown-format':
    '“{file}” is not a .npz, .npy, .safetensors or .json file: save the arrays with numpy.savez and open that file.',
  'too-large':
    '“{file}” needs more memory than this browser gives a page: save fewer layers, or fewer tokens, in float32.',

  'npy-magic': '“{array}” does not begin like a NumPy array: write it with numpy.save or numpy.savez.',
  'npy-version': '“{array}” is a NumPy file of version {version}, and only 1, 2 and 3 can be read: save it with a current NumPy.',
  'npy-header-truncated': 'The header of “{array}” ends after {found} of {expected} bytes: the file was cut off, so copy or save it again.',
  'npy-header-length': 'The header of “{array}” claims to be {length} bytes long, and at most {limit} can be right: the file is damaged, so save it again.',
  'npy-header':
    'The header of “{array}” is not the dictionary that numpy.save writes (character {position}): the file is damaged, so save it again.',
  'npy-header-keys':
    'The header of “{array}” must hold exactly “descr”, “fortran_order” and “shape”: write the file with numpy.save.',
  'npy-object':
    '“{array}” holds Python objects, which cannot be read safely: convert it before saving, numbers with .astype("float32"), tokens with numpy.array(tokens, dtype=str).',
  dtype: '“{array}” has the data type {dtype}, which cannot be read: convert it with .astype("float32") before saving.',
  'shape-invalid': '“{array}” declares the shape {shape}, whose sizes are not whole numbers from 0 up: save the array again.',
  'shape-overflow': '“{array}” declares the shape {shape}, which is more than any file can hold: its header is damaged, so save the array again.',
  'data-truncated': '“{array}” needs {expected} bytes for its shape {shape} but only {found} follow: the file was cut off or its header is wrong, so save it again.',
  'data-extra': '“{array}” needs {expected} bytes for its shape {shape} but {found} follow: its header is wrong or the file holds several arrays, so save one array with numpy.save or several with numpy.savez.',
  'text-code-point': '“{array}” holds a character code ({value}) that Unicode does not have: the file is damaged, so save it again.',
  'text-count': '“{array}” holds {count} texts, and at most {limit} can be read: save only the tokens of the arrays beside it.',

  'zip-truncated': '“{file}” is a .npz (zip) file without its table of contents: it was cut off, so copy or save it again.',
  'zip-corrupt': '“{file}” is a damaged .npz (zip) file (at “{entry}”): copy or save it again.',
  'zip-encrypted': '“{entry}” in “{file}” is encrypted: save the file without a password.',
  'zip-method': '“{entry}” in “{file}” is compressed by method {method}, which cannot be read: write the file with numpy.savez or numpy.savez_compressed.',
  'zip-too-large': '“{file}” would unpack to {size} bytes, and at most {limit} are allowed: save fewer layers or arrays.',
  'zip-size': '“{entry}” in “{file}” does not unpack to the {expected} bytes that it declares: the file is damaged, so save it again.',
  'zip-no-arrays': '“{file}” is a zip file without NumPy arrays (it holds {found}): write the arrays with numpy.savez.',

  'safetensors-truncated': '“{file}” ends inside its safetensors header ({found} of {expected} bytes): it was cut off, so copy or save it again.',
  'safetensors-header-length': '“{file}” claims a safetensors header of {length} bytes, and at most {limit} can be right: the file is damaged, so save it again.',
  'safetensors-header': 'The header of “{file}” is not the JSON that safetensors writes: the file is damaged, so save it again.',
  'safetensors-entry': 'The header of “{file}” describes “{array}” without a valid dtype, shape and data_offsets: write the file with safetensors.save_file.',
  'safetensors-offsets': '“{array}” has the offsets {offsets}, which do not lie inside the {found} bytes of data: the file was cut off or damaged, so save it again.',
  'safetensors-size': '“{array}” needs {expected} bytes for its shape {shape} but its offsets mark {found}: its header is wrong, so save the file again.',
  'safetensors-holes': 'The arrays in “{file}” overlap or leave gaps near “{array}”, which safetensors forbids: write the file with safetensors.save_file.',

  'json-too-large': '“{file}” is {size} bytes of JSON, and at most {limit} can be read: save the arrays with numpy.savez instead.',
  'json-encoding': '“{file}” is not UTF-8 text: save the JSON as UTF-8.',
  'json-syntax': '“{file}” is not valid JSON: check its brackets and commas, or write it with json.dump.',
  'json-not-finite': '“{file}” holds NaN or Infinity, which JSON does not have: replace them by numbers, or save the arrays with numpy.savez.',
  'json-top': '“{file}” holds neither a JSON object such as {"q": …, "k": …} nor one nested list of numbers: write it as one of the two.',
  'json-ragged': '“{array}” is ragged: the list at index {index} has {found} entries, and {expected} are needed as in the first one; make all rows equally long.',
  'json-nesting': '“{array}” mixes lists and single values (at index {index}): nest every row equally deep.',
  'json-not-number': '“{array}” holds {found} at index {index}, where a number is needed: replace it by a number.',
  'json-depth': '“{array}” is nested more than {limit} lists deep: use at most layers, batch, heads, rows and columns.',
  'json-shape': '“{array}” declares the shape {shape}, which asks for {expected} numbers, but its data holds {found}: correct the shape or the data.',

  'array-is-text': '“{array}” holds text where numbers are needed: save it as float32.',
  'array-empty': '“{array}” has the shape {shape}, which holds no numbers: save the array after it is filled.',
  'array-rank': '“{array}” has the shape {shape}, and one of {wanted} is needed: index or reshape it before saving.',
  'array-batch': '“{array}” has the shape {shape}, with a batch axis longer than 1: save one sentence only, for example {array}[:, 0].',
  'not-finite': '“{array}” holds {count} value(s) that are NaN or infinite, the first ({value}) at index {index}: replace them by finite numbers (only scores may hold -Infinity, for masked cells).',
  'float32-range': '“{array}” holds {count} number(s) too large for float32, the first ({value}) at index {index}: scale the array down before saving.',
  'shape-mismatch': '“{first}” {firstShape} and “{second}” {secondShape} do not belong together: layers, heads, queries, keys and widths that both have must be equal, so save both from the same run.',
  incomplete: '“{file}” holds {found} but no {missing}: save q and k together, or scores, or weights.',
  'nothing-usable': '“{file}” holds no array to show (found: {found}): name the arrays q and k (and v), scores, or weights.',
} as const;

/** The machine-readable name of a reader's error. */
export type FormatErrorCode = keyof typeof formatErrorTextEn;

/** Chinese sentence for every error code. */
export const formatErrorTextZh: Record<FormatErrorCode, string> = {
  'empty-file': '“{file}”是空文件（0 字节）：请重新保存后再打开。',
  'unknown-format': '“{file}”不是 .npz、.npy、.safetensors 或 .json 文件：请用 numpy.savez 保存数组后再打开。',
  'too-large': '“{file}”所需内存超出浏览器给网页的上限：请用 float32 保存更少的层或更少的词元。',

  'npy-magic': '“{array}”的开头不是 NumPy 数组：请用 numpy.save 或 numpy.savez 写入。',
  'npy-version': '“{array}”是 NumPy 格式第 {version} 版，只能读取第 1、2、3 版：请用当前版本的 NumPy 保存。',
  'npy-header-truncated': '“{array}”的文件头只有 {found} 字节，应为 {expected} 字节：文件被截断，请重新复制或保存。',
  'npy-header-length': '“{array}”的文件头声称长 {length} 字节，最多只可能是 {limit}：文件已损坏，请重新保存。',
  'npy-header': '“{array}”的文件头不是 numpy.save 写出的字典（第 {position} 个字符）：文件已损坏，请重新保存。',
  'npy-header-keys': '“{array}”的文件头必须恰好含有“descr”“fortran_order”“shape”：请用 numpy.save 写入。',
  'npy-object':
    '“{array}”保存的是 Python 对象，无法安全读取：保存前请转换，数字用 .astype("float32")，词元用 numpy.array(tokens, dtype=str)。',
  dtype: '“{array}”的数据类型 {dtype} 无法读取：保存前请用 .astype("float32") 转换。',
  'shape-invalid': '“{array}”声明的形状 {shape} 中有的长度不是非负整数：请重新保存该数组。',
  'shape-overflow': '“{array}”声明的形状 {shape} 超过任何文件的容量：文件头已损坏，请重新保存该数组。',
  'data-truncated': '“{array}”的形状 {shape} 需要 {expected} 字节，但后面只有 {found} 字节：文件被截断或文件头有误，请重新保存。',
  'data-extra': '“{array}”的形状 {shape} 需要 {expected} 字节，但后面有 {found} 字节：文件头有误或文件含多个数组；单个数组请用 numpy.save，多个请用 numpy.savez。',
  'text-code-point': '“{array}”含有 Unicode 中不存在的字符编码（{value}）：文件已损坏，请重新保存。',
  'text-count': '“{array}”含有 {count} 个文本，最多可读 {limit} 个：请只保存与数组对应的词元。',

  'zip-truncated': '“{file}”是 .npz（zip）文件，但缺少目录：文件被截断，请重新复制或保存。',
  'zip-corrupt': '“{file}”是已损坏的 .npz（zip）文件（位于“{entry}”）：请重新复制或保存。',
  'zip-encrypted': '“{file}”中的“{entry}”已加密：请不设密码重新保存。',
  'zip-method': '“{file}”中的“{entry}”使用了无法读取的压缩方法 {method}：请用 numpy.savez 或 numpy.savez_compressed 写入。',
  'zip-too-large': '“{file}”解压后将有 {size} 字节，最多允许 {limit}：请保存更少的层或数组。',
  'zip-size': '“{file}”中的“{entry}”解压后不是它声明的 {expected} 字节：文件已损坏，请重新保存。',
  'zip-no-arrays': '“{file}”是 zip 文件，但其中没有 NumPy 数组（含有 {found}）：请用 numpy.savez 写入数组。',

  'safetensors-truncated': '“{file}”在 safetensors 文件头内结束（{found}/{expected} 字节）：文件被截断，请重新复制或保存。',
  'safetensors-header-length': '“{file}”声称 safetensors 文件头长 {length} 字节，最多只可能是 {limit}：文件已损坏，请重新保存。',
  'safetensors-header': '“{file}”的文件头不是 safetensors 写出的 JSON：文件已损坏，请重新保存。',
  'safetensors-entry': '“{file}”的文件头对“{array}”的描述缺少有效的 dtype、shape 和 data_offsets：请用 safetensors.save_file 写入。',
  'safetensors-offsets': '“{array}”的偏移 {offsets} 不在 {found} 字节的数据之内：文件被截断或损坏，请重新保存。',
  'safetensors-size': '“{array}”的形状 {shape} 需要 {expected} 字节，但其偏移标出 {found} 字节：文件头有误，请重新保存。',
  'safetensors-holes': '“{file}”中的数组在“{array}”附近重叠或留有空隙，safetensors 不允许这样：请用 safetensors.save_file 写入。',

  'json-too-large': '“{file}”是 {size} 字节的 JSON，最多可读 {limit}：请改用 numpy.savez 保存数组。',
  'json-encoding': '“{file}”不是 UTF-8 文本：请以 UTF-8 保存 JSON。',
  'json-syntax': '“{file}”不是有效的 JSON：请检查括号和逗号，或用 json.dump 写入。',
  'json-not-finite': '“{file}”含有 JSON 中不存在的 NaN 或 Infinity：请换成数字，或用 numpy.savez 保存数组。',
  'json-top': '“{file}”既不是 JSON 对象（如 {"q": …, "k": …}），也不是一个嵌套的数字列表：请按其中一种写入。',
  'json-ragged': '“{array}”各行长度不一：索引 {index} 处的列表有 {found} 项，应与第一行一样有 {expected} 项；请使各行等长。',
  'json-nesting': '“{array}”混有列表和单个值（索引 {index}）：请使每行嵌套深度相同。',
  'json-not-number': '“{array}”在索引 {index} 处是 {found}，而此处需要数字：请换成数字。',
  'json-depth': '“{array}”的嵌套超过 {limit} 层：最多使用层、批次、头、行、列。',
  'json-shape': '“{array}”声明的形状 {shape} 需要 {expected} 个数字，但数据有 {found} 个：请更正形状或数据。',

  'array-is-text': '“{array}”是文本，而此处需要数字：请保存为 float32。',
  'array-empty': '“{array}”的形状 {shape} 不含任何数字：请在填充数组后再保存。',
  'array-rank': '“{array}”的形状为 {shape}，需要 {wanted} 之一：请在保存前取下标或改变形状。',
  'array-batch': '“{array}”的形状为 {shape}，批次轴大于 1：请只保存一个句子，例如 {array}[:, 0]。',
  'not-finite': '“{array}”中有 {count} 个值为 NaN 或无穷大，第一个（{value}）位于索引 {index}：请换成有限的数（只有 scores 可用 -Infinity 表示被遮蔽的格）。',
  'float32-range': '“{array}”中有 {count} 个数超出 float32 的范围，第一个（{value}）位于索引 {index}：请在保存前缩小数组。',
  'shape-mismatch': '“{first}” {firstShape} 与“{second}” {secondShape} 不匹配：两者共有的层数、头数、查询数、键数和宽度必须相等，请从同一次运行中保存两者。',
  incomplete: '“{file}”含有 {found}，但没有 {missing}：请同时保存 q 和 k，或保存 scores 或 weights。',
  'nothing-usable': '“{file}”中没有可显示的数组（找到：{found}）：请把数组命名为 q 和 k（及 v）、scores 或 weights。',
};

/** English sentence for every remark about a file that was read. */
export const formatNoteTextEn = {
  'scores-masked': '{count} score(s) are -Infinity and are shown as masked.',
  'weights-rows': '{count} of {rows} rows of the weights do not sum to 1.',
  'taken-as': '“{array}” has no telling name and is taken as {role}.',
  duplicate: '“{ignored}” is ignored, because “{used}” means the same.',
  'tokens-count': '“{array}” holds {count} tokens for {queries} queries and {keys} keys, and is left out.',
  'tokens-unreadable': '“{array}” is not a list of texts and is left out.',
  'd-k-invalid': '“{array}” is not one whole number from 1 up and is left out.',
  'd-k-ignored': '“{array}” says {value}, but q and k are {width} wide; {width} is used.',
} as const;

/** The machine-readable name of a remark. */
export type FormatNoteCode = keyof typeof formatNoteTextEn;

/** Chinese sentence for every remark. */
export const formatNoteTextZh: Record<FormatNoteCode, string> = {
  'scores-masked': '有 {count} 个分数为 -Infinity，显示为被遮蔽。',
  'weights-rows': '权重的 {rows} 行中有 {count} 行之和不为 1。',
  'taken-as': '“{array}”的名称未说明含义，按 {role} 读取。',
  duplicate: '“{ignored}”与“{used}”含义相同，已忽略。',
  'tokens-count': '“{array}”有 {count} 个词元，而查询有 {queries} 个、键有 {keys} 个，已略去。',
  'tokens-unreadable': '“{array}”不是文本列表，已略去。',
  'd-k-invalid': '“{array}”不是一个正整数，已略去。',
  'd-k-ignored': '“{array}”的值为 {value}，但 q 和 k 的宽度为 {width}；采用 {width}。',
};
